import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readChain } from '../../lib/audit/store'
import { verifyChain } from '../../lib/audit/verify-chain'
import type { Engine } from '../../lib/engine/engine'
import { startEngine } from '../../lib/engine/start-engine'
import { toProblem } from '../../lib/errors'
import { data, kubeconfigText } from '../../lib/fleet/test-kubeconfig'
import { makeCertificates, serveTcp } from '../../lib/kube/test-server'
import { createAuditStore } from '../../lib/store/audit-store'
import { openDatabase } from '../../lib/store/database'
import { type CalmServer, serveCalm } from './support/calm-server'
import { killDatabase, startDatabase } from './support/database'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

const STOP_WITHIN_MS = 5_000
const person = { name: 'test person', role: 'commander', via: 'token', id: 'test' } as const

let dir: string
let server: CalmServer
let configPath: string
let engine: Engine | undefined
/** Whether the cluster's API server answers 503 to everything. */
let sick = false

beforeAll(async () => {
  dir = await temporaryFolder('database-away')
  const certificates = await makeCertificates()
  server = await serveCalm(certificates, (_, response) => {
    if (sick) response.writeHead(503).end()
    return sick
  })
  const entry = {
    context: 'one',
    server: `https://127.0.0.1:${server.port}`,
    clusterExtra: { 'certificate-authority-data': data(certificates.ca.cert) },
  }
  configPath = path.join(dir, 'holdfast.yaml')
  await writeFile(path.join(dir, 'kubeconfig'), kubeconfigText([entry]))
  const products = [{ id: 'chat', name: 'Chat' }]
  const clusters = [{ context: 'one', products: ['chat'] }]
  const kubeconfigs = ['kubeconfig']
  await writeFile(configPath, stringify({ apiVersion: 'holdfast.dev/v1', kubeconfigs, clusters, products }))
})

afterEach(async () => {
  await engine?.stop()
  engine = undefined
  sick = false
})

afterAll(async () => {
  await server?.close()
  await rm(dir, { recursive: true, force: true })
})

async function start(databaseUrl: string): Promise<Engine> {
  engine = await startEngine({ databaseUrl, configPath, kubeconfigPaths: [] })
  return engine
}

async function stopInTime(running: Engine): Promise<void> {
  const startedAt = performance.now()
  await running.stop()
  engine = undefined
  expect(performance.now() - startedAt).toBeLessThan(STOP_WITHIN_MS)
}

const stateBecomes = (running: Engine, state: string) =>
  until(
    `the cluster to be ${state}`,
    () => running.fleet().clusters[0]?.controlPlane.state === state || undefined,
  )
const isAway = (running: Engine) => running.warRoom().notices.some(({ code }) => code === 'database.away')
const isUp = (running: Engine) => running.warRoom().notices.length === 0

/** Every kind of write is refused in words, as 503. */
async function expectRefusals(running: Engine): Promise<void> {
  const change = { kind: 'DaemonSet', namespace: 'a', name: 'b', clusters: [] }
  const target = { kind: 'DaemonSet', namespace: 'a', name: 'b' } as const
  const bearer = new Headers({ authorization: `Bearer hft_${'x'.repeat(43)}` })
  const writes = {
    note: () => running.note('seen', person),
    change: () => running.reportChange(change, person),
    plan: () => running.actions.plan({ kind: 'remove-service', target, reason: 'a test' }, person),
    actions: () => running.actions.list(),
    audit: () => running.audit.page({ limit: 10 }),
    'sign-in': () => running.access.signIn(`hfl_${'x'.repeat(43)}`, { address: '', agent: '' }),
    'a new token': () => running.access.authenticator.authenticate(bearer),
  }
  const answers = await Promise.all(
    Object.entries(writes).map(async ([name, write]) => {
      const problem = await write().then(
        () => undefined,
        error => toProblem(error, '/'),
      )
      return { name, status: problem?.status, words: problem?.detail }
    }),
  )
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 503, words: expect.stringMatching(/database/i) })
}

describe('a database that never answers', { timeout: 300_000 }, () => {
  it('leaves the live state, says so, refuses writes in words and stops in time', async () => {
    const silent = await serveTcp(() => {})
    try {
      const running = await start(`postgresql://holdfast:secret@127.0.0.1:${silent.port}/holdfast`)
      await stateBecomes(running, 'Healthy')
      await until('the notice', () => isAway(running) || undefined)
      expect(running.health()).toMatchObject({ ok: true, database: false, clusters: 1 })
      expect(running.fleet().clusters[0]?.nodes ?? 7).toBe(7)
      await expectRefusals(running)
      await stopInTime(running)
    } finally {
      await silent.close()
    }
  })
})

describe('a database that is killed while running', { timeout: 600_000 }, () => {
  it('is missed by nobody who looks, and gets all of the timeline when it is back', async () => {
    const dataDir = path.join(dir, 'killed')
    const database = await startDatabase(dataDir)
    const running = await start(database.url)
    await stateBecomes(running, 'Healthy')
    await until('the database to be used', () => isUp(running) || undefined)
    await running.note('before the crash', person)

    await killDatabase(database)
    await until('the notice', () => isAway(running) || undefined)
    await expectRefusals(running)

    sick = true
    await until('the sickness to be seen', () => {
      const state = running.fleet().clusters[0]?.controlPlane.state
      return (state !== 'Healthy' && state !== 'Unknown') || undefined
    })
    const linesAway = running.timeline()
    expect(linesAway.length).toBeGreaterThan(1)

    const again = await startDatabase(dataDir)
    expect(again.url).toBe(database.url)
    await until('the notice to go', () => isUp(running) || undefined)
    const note = await running.note('after the crash', person)
    await stopInTime(running)

    const db = openDatabase(again.url)
    try {
      const kept = new Set((await db.timelineEntry.findMany({ select: { id: true } })).map(({ id }) => id))
      expect(linesAway.filter(({ id }) => !kept.has(id))).toEqual([])
      expect(kept.has(note.id)).toBe(true)
      expect(await verifyChain(readChain(createAuditStore(db)))).toMatchObject({ ok: true, entries: 2 })
    } finally {
      await db.$disconnect()
      await again.stop()
    }
  })
})

const mountable = canMount()

describe.skipIf(!mountable)(
  `a full disk${mountable ? '' : ' (a file system of its own can be mounted by root alone)'}`,
  { timeout: 600_000 },
  () => {
    const mount = () => path.join(dir, 'small-disk')

    afterAll(() => {
      execFileSync('umount', [mount()])
    })

    it('refuses writes in words, crashes nothing, and keeps what waited once there is room', async () => {
      mkdirSync(mount(), { mode: 0o711 })
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=192m,mode=0711', 'tmpfs', mount()])
      const database = await startDatabase(mount())
      const running = await start(database.url)
      await stateBecomes(running, 'Healthy')
      await until('the database to be used', () => isUp(running) || undefined)

      const ballast = path.join(mount(), 'ballast')
      const { bavail, bsize } = statfsSync(mount())
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
      const text = 'x'.repeat(1_900)
      const refusal = await until('a write to be refused', async () => {
        const notes = Array.from({ length: 200 }, () => running.note(text, person))
        const answers = await Promise.allSettled(notes)
        const refused = answers.find(answer => answer.status === 'rejected')
        return refused?.reason as unknown
      })
      expect(toProblem(refusal, '/')).toMatchObject({ status: 503 })
      sick = true
      await until('the sickness to be seen', () => {
        const state = running.fleet().clusters[0]?.controlPlane.state
        return (state !== 'Healthy' && state !== 'Unknown') || undefined
      })
      await until(
        'the notice',
        () => running.warRoom().notices.some(({ code }) => /^database\./.test(code)) || undefined,
      )
      const lines = running.timeline()

      rmSync(ballast)
      await startDatabase(mount())
      await until('the notice to go', () => isUp(running) || undefined)
      await until('a note to be kept', () => running.note('there is room again', person))
      await stopInTime(running)
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      try {
        const { rows } = await client.query<{ id: string }>('select id from timeline_entry')
        const kept = new Set(rows.map(({ id }) => id))
        expect(lines.filter(({ id, kind }) => kind !== 'note' && !kept.has(id))).toEqual([])
      } finally {
        await client.end()
        await database.stop()
      }
    })
  },
)

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const probe = `/tmp/holdfast-mount-probe-${process.pid}`
  mkdirSync(probe)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
}
