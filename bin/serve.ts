// Runs Holdfast: database, simulated fleet when no other is given, web process. Ends all of them cleanly.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { printBreakGlassCodes } from '../lib/access/break-glass'
import { createSignInLink } from '../lib/access/sign-in'
import { type Settings, USAGE } from '../lib/engine/settings'
import { explainError, HoldfastError } from '../lib/errors'
import { createAccessLedger, createAccessStore } from '../lib/store/access-store'
import { openDatabase } from '../lib/store/database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../lib/store/embedded-postgres'
import { migrate } from '../lib/store/migrate'
import { checkSettings } from './check-settings'
import { takeDataDir } from './data-dir-lock'
import { keepPostgres } from './keep-postgres'
import { sheetOfCodes } from './sheet-of-codes'
import { type Supervised, supervise } from './supervise'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const STOP_WITHIN_MS = 4_500

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) return console.log(USAGE)
  const settings = await checkSettings(args, process.env, line => console.error(line))
  await mkdir(settings.dataDir, { recursive: true, mode: 0o711 }).catch(cause => {
    throw new HoldfastError(
      'unavailable',
      `The data folder ${settings.dataDir} cannot be made: ${cause.message}`,
      {
        hint: 'Give another one with --data or HOLDFAST_DATA_DIR.',
      },
    )
  })
  const release = await takeDataDir(settings.dataDir)
  const children: Supervised[] = []
  let database: EmbeddedPostgres | undefined
  const ending = new AbortController()
  let keeping: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  const stop = (code: number) => {
    stopping ??= (async () => {
      const timer = setTimeout(() => process.exit(code || 1), STOP_WITHIN_MS)
      ending.abort()
      await Promise.all([keeping, ...children.map(child => child.stop(3_000))])
      await database?.stop()
      await release()
      clearTimeout(timer)
      process.exit(code)
    })()
    return stopping
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

  try {
    database = settings.databaseUrl ? undefined : await startEmbeddedPostgres(settings.dataDir)
    if (database) keeping = keepPostgres(database, settings.dataDir, ending.signal)
    const databaseUrl = settings.databaseUrl ?? database?.url ?? ''
    const simulated = settings.kubeconfigPaths.length === 0 && !settings.configPath
    const simulator = simulated ? await startSimulator(settings, children) : undefined
    const env: Record<string, string> = {
      DATABASE_URL: databaseUrl,
      HOLDFAST_DATA_DIR: settings.dataDir,
      HOLDFAST_KUBECONFIG: settings.kubeconfigPaths.join(path.delimiter),
      HOLDFAST_CONFIG: simulator?.config ?? settings.configPath ?? '',
      // A simulated fleet that somebody else runs may be named from outside.
      HOLDFAST_SIM_CONTROL: simulator
        ? path.join(settings.dataDir, 'simulator', 'control.json')
        : (process.env.HOLDFAST_SIM_CONTROL ?? ''),
      HOLDFAST_SUPERVISED: '1',
    }
    const { link, codes } = await prepareDatabase(databaseUrl)
    const web = supervise({
      name: 'web',
      args: [
        path.join(root, 'node_modules/next/dist/bin/next'),
        settings.dev ? 'dev' : 'start',
        '--hostname',
        settings.host,
        '--port',
        String(settings.port),
        // Longer than load balancers keep idle connections; else they send into one that is just being closed.
        ...(settings.dev ? [] : ['--keepAliveTimeout', '75000']),
      ],
      env: { ...env, NEXT_MANUAL_SIG_HANDLE: 'true', NEXT_TELEMETRY_DISABLED: '1' },
      cwd: root,
      readyWhen: line => /Ready in/.test(line),
      onGiveUp: reason => {
        console.error(reason)
        void stop(1)
      },
    })
    children.push(web)
    await web.ready
    announce(settings, simulated, link, database)
    if (codes) console.log(`${sheetOfCodes(codes)}\n`)
  } catch (error) {
    console.error(explainError(error))
    await stop(1)
  }
}

interface SimulatorReady {
  kubeconfig: string
  config: string
}

async function startSimulator(settings: Settings, children: Supervised[]): Promise<SimulatorReady> {
  const simulator = supervise({
    name: 'simulator',
    args: [
      '--import',
      'tsx',
      path.join(root, 'lib/simulator/main.ts'),
      '--data',
      path.join(settings.dataDir, 'simulator'),
      '--scenario',
      settings.scenario,
      '--speed',
      String(settings.simSpeed),
      '--seed',
      String(settings.simSeed),
    ],
    env: {},
    cwd: root,
    readyWhen: line => line.startsWith('{"ready":true'),
    onGiveUp: reason => console.error(reason),
  })
  children.push(simulator)
  return JSON.parse(await simulator.ready) as SimulatorReady
}

interface FirstKeys {
  /** Secret of a one-time sign-in link; undefined while the database is away. */
  link?: string
  /** Break-glass codes, on the first start at a terminal only: logs are no place to keep them sealed. */
  codes?: string[]
}

/** Brings the schema up to date and makes a sign-in link; without a database Holdfast starts all the same. */
async function prepareDatabase(databaseUrl: string): Promise<FirstKeys> {
  const attempt = async () => {
    await migrate(databaseUrl, path.join(root, 'prisma/migrations'))
    const db = openDatabase(databaseUrl)
    try {
      const store = createAccessStore(db)
      const now = Date.now()
      const who = { name: 'Administrator', role: 'administrator' as const }
      const link = (await createSignInLink(store, who, now)).secret
      const isFirst = process.stdout.isTTY && (await store.listCodes()).length === 0
      const ledger = createAccessLedger(db, () => now)
      return { link, codes: isFirst ? await printBreakGlassCodes(ledger, 'holdfast', now) : undefined }
    } finally {
      await db.$disconnect()
    }
  }
  try {
    return await attempt()
  } catch (error) {
    console.error(
      `The database is away: ${explainError(error)}\nLive state is shown; history and actions wait for it.`,
    )
    const again = setInterval(() => {
      attempt().then(
        ({ link, codes }) => {
          clearInterval(again)
          console.log(`The database is back. Sign in: /sign-in?token=${link}`)
          if (codes) console.log(sheetOfCodes(codes))
        },
        () => {},
      )
    }, 10_000)
    again.unref()
    return {}
  }
}

function announce(
  settings: Settings,
  simulated: boolean,
  link: string | undefined,
  database?: EmbeddedPostgres,
): void {
  const host = ['0.0.0.0', '::'].includes(settings.host) ? 'localhost' : settings.host
  const address = `http://${host === '127.0.0.1' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${settings.port}`
  const lines = [
    `Holdfast   ${address}`,
    link
      ? `Sign in    ${address}/sign-in?token=${link}`
      : 'Sign in    a link follows when the database is back',
    `Status     ${address}/status`,
    `Data       ${settings.dataDir}${database ? ` (PostgreSQL in ${database.dataDir})` : ' (database: DATABASE_URL)'}`,
    simulated
      ? `Fleet      simulated: ${settings.scenario} at ${settings.simSpeed}×, seed ${settings.simSeed}`
      : `Fleet      ${[settings.configPath, ...settings.kubeconfigPaths].filter(Boolean).join(', ')}`,
  ]
  console.log(`\n${lines.map(line => `  ${line}`).join('\n')}\n`)
}

main().catch(error => {
  console.error(explainError(error))
  process.exit(1)
})
