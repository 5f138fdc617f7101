import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { isOpen } from '../../lib/action/shot-machine'
import { seededRandom } from '../../lib/action/testing/seeded-random'
import { readChain } from '../../lib/audit/store'
import { verifyChain } from '../../lib/audit/verify-chain'
import { wallSleep } from '../../lib/clock/system-clock'
import { createActionStore } from '../../lib/store/action-store'
import { createAuditStore } from '../../lib/store/audit-store'
import { type Database, openDatabase } from '../../lib/store/database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../lib/store/embedded-postgres'
import { CLUSTERS, TARGET } from './crash-fleet'
import { type CuttingServer, serveCutting } from './support/cutting-server'
import { killDatabase, startDatabase } from './support/database'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

const WORKLOAD = `/apis/apps/v1/namespaces/${TARGET.namespace}/daemonsets/${TARGET.name}`
const BINDING = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${TARGET.name}`
const uidOf = (clusterId: string, path: string) =>
  `${path === WORKLOAD ? 'workload' : 'binding'}-${clusterId}`

let folder: string
let postgres: EmbeddedPostgres
let db: Database
let server: CuttingServer | undefined
const replicas = new Set<ChildProcess>()

beforeAll(async () => {
  folder = await temporaryFolder('chaos')
  postgres = await startDatabase(folder)
  db = openDatabase(postgres.url)
}, 120_000)

afterEach(async () => {
  for (const replica of replicas) await kill(replica)
  server?.close()
})

afterAll(async () => {
  await db?.$disconnect()
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

/** Starts a replica and resolves once it runs. */
async function start(...args: string[]): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./lander-process.ts', import.meta.url))
  const node = ['--import', import.meta.resolve('tsx'), script, postgres.url, server?.url ?? '', ...args]
  // What it says of a database that is gone is expected here.
  const replica = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'ignore'] })
  replicas.add(replica)
  await new Promise<void>((resolve, reject) => {
    replica.stdout?.once('data', () => resolve())
    replica.once('exit', code => reject(new Error(`a replica ended with ${code}`)))
  })
  return replica
}

async function kill(replica: ChildProcess): Promise<void> {
  replicas.delete(replica)
  if (replica.exitCode !== null || replica.signalCode !== null) return
  const gone = new Promise(resolve => replica.once('exit', resolve))
  replica.kill('SIGKILL')
  await gone
}

it.each([1, 2])(
  'two replicas and PostgreSQL killed with kill -9, connections cut: seed %i',
  async seed => {
    const rng = seededRandom(seed)
    server = await serveCutting(rng, uidOf)
    const { log, recreated } = server
    let one = await start('begin')
    const two = await start()
    const disasters = [
      async () => {
        await kill(one)
        one = await start()
      },
      async () => {
        await killDatabase(postgres)
        await wallSleep(rng() * 1_500)
        postgres = await startEmbeddedPostgres(folder)
      },
      () => kill(two),
    ].sort(() => rng() - 0.5)
    expect(log.filter(one => one.applied).length, 'it began before the disasters').toBeLessThan(2 * CLUSTERS)
    for (const disaster of disasters) {
      await wallSleep(rng() * 2_500)
      await disaster()
    }
    server.troubled = false

    const store = createActionStore(db)
    const shots = await until('every shot to end', async () => {
      const [action] = await store.listActions(1)
      const rows = await store.listShots(action?.id ?? '')
      return rows.some(shot => isOpen(shot.state)) ? undefined : rows
    })

    expect(shots).toHaveLength(3 * CLUSTERS)
    const effects = log.filter(one => one.applied).map(one => `${one.clusterId} ${one.path}`)
    expect(effects).toHaveLength(2 * CLUSTERS)
    expect(new Set(effects).size).toBe(effects.length)
    for (const { clusterId, method, path, uid } of log) {
      expect([WORKLOAD, BINDING]).toContain(path)
      expect([method, uid]).toEqual(['DELETE', uidOf(clusterId, path)])
    }
    for (const shot of shots) {
      const isAgain = recreated.has(`${shot.clusterId} ${WORKLOAD}`) && shot.stepKind !== 'revoke-rights'
      const ends = isAgain ? ['landed', 'verified', 'superseded'] : ['landed', 'verified']
      expect(ends, `${shot.clusterId} ${shot.stepKind}`).toContain(shot.state)
    }
    const audit = createAuditStore(db)
    expect(await verifyChain(readChain(audit))).toMatchObject({ ok: true })
    const ids = new Set(shots.map(shot => shot.id))
    const endings: string[] = []
    for await (const entry of readChain(audit))
      if (/^shot\.(landed|not-needed|superseded)$/.test(entry.verb)) endings.push(String(entry.detail.shot))
    expect(endings.filter(id => ids.has(id)).sort()).toEqual([...ids].sort())
  },
  180_000,
)
