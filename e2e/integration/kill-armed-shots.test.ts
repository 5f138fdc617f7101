import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '../../lib/action/testing/seeded-random'
import { readChain } from '../../lib/audit/store'
import { verifyChain } from '../../lib/audit/verify-chain'
import { wallSleep } from '../../lib/clock/system-clock'
import { createActionStore } from '../../lib/store/action-store'
import { createAuditStore } from '../../lib/store/audit-store'
import { type Database, openDatabase } from '../../lib/store/database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../lib/store/embedded-postgres'
import { migrate } from '../../lib/store/migrate'
import { CLUSTERS } from './crash-fleet'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

let folder: string
let postgres: EmbeddedPostgres
let db: Database
let server: Server
let child: ChildProcess | undefined

/** Objects that were really removed, by cluster and path: each can be removed once. */
const removed = new Set<string>()
const removals = () => [...removed.keys()].filter(key => key.includes('/daemonsets/')).length
const rng = seededRandom(7)

/** An API server that admits few, and loses some answers after their effect. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, , id = '', ...rest] = (request.url ?? '').split('/')
  const reply = (status: number, body: object) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    })
    response.end(JSON.stringify(body))
  }
  const key = `${id} /${rest.join('/')}`
  const draw = rng()
  if (request.method === 'GET') reply(200, { kind: 'PodList', items: [] })
  else if (draw < 0.4) reply(429, { kind: 'Status', code: 429 })
  else if (removed.has(key)) reply(404, { kind: 'Status', reason: 'NotFound', code: 404 })
  else {
    removed.add(key)
    if (draw < 0.55) request.socket.destroy()
    else reply(200, { kind: 'Status', status: 'Success', code: 200 })
  }
}

/** Starts a lander and resolves once it runs. */
async function start(...args: string[]): Promise<ChildProcess> {
  const { port } = server.address() as AddressInfo
  const lander = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      here('./lander-process.ts'),
      postgres.url,
      `http://127.0.0.1:${port}`,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  child = lander
  await new Promise<void>((resolve, reject) => {
    lander.stdout?.once('data', () => resolve())
    lander.once('exit', code => reject(new Error(`the lander ended with ${code}`)))
  })
  return lander
}

async function kill(lander: ChildProcess): Promise<void> {
  const gone = new Promise(resolve => lander.once('exit', resolve))
  lander.kill('SIGKILL')
  await gone
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 900; i++) {
    if (await holds()) return
    await wallSleep(100)
  }
  throw new Error(`not within 90 s: ${what}`)
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kill-armed-'))
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(folder, 0o755)
  postgres = await startEmbeddedPostgres(folder)
  await migrate(postgres.url, here('../../prisma/migrations'))
  db = openDatabase(postgres.url)
  server = createServer((request, response) => {
    request.resume()
    request.once('end', () => answer(request, response))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
}, 120_000)

afterAll(async () => {
  if (child?.exitCode === null && child.signalCode === null) await kill(child)
  server?.closeAllConnections()
  server?.close()
  await db?.$disconnect()
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

it('lands a hundred armed shots once each although the process is killed twice', async () => {
  await kill(await start('begin'))
  expect(removals()).toBeLessThan(CLUSTERS)

  const second = await start()
  await until('a third has landed', () => removals() >= CLUSTERS / 3)
  await kill(second)
  expect(removals()).toBeLessThan(CLUSTERS)

  await start()
  const store = createActionStore(db)
  const [action] = await store.listActions(1)
  const workloads = async () =>
    (await store.listShots(action?.id ?? '')).filter(shot => shot.stepKind === 'delete-workload')
  await until('all have landed', async () => (await workloads()).every(shot => shot.landedAt !== undefined))

  expect(await workloads()).toHaveLength(CLUSTERS)
  expect(removals()).toBe(CLUSTERS)
  expect(removed.size).toBe(2 * CLUSTERS)
  const audit = createAuditStore(db)
  expect(await verifyChain(readChain(audit))).toMatchObject({ ok: true })
  const landings = (await audit.list(1, 10_000)).filter(
    entry => entry.verb === 'shot.landed' && entry.detail.stepKind === 'delete-workload',
  )
  expect(landings).toHaveLength(CLUSTERS)
}, 240_000)
