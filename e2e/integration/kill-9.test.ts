import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { readChain } from '../../lib/audit/store'
import type { AuditEntry } from '../../lib/audit/types'
import { verifyChain } from '../../lib/audit/verify-chain'
import { createAuditStore } from '../../lib/store/audit-store'
import { openDatabase } from '../../lib/store/database'
import type { ActionDto, ShotDto } from '../../lib/wire/actions'
import { Api } from '../controlplane/api'
import { readKubeconfig } from '../controlplane/kubeconfig'
import { killDatabase, startDatabase } from './support/database'
import { type EngineProcess, startEngineProcess } from './support/engine-process'
import { type SimulatedFleet, startSimulatedFleet } from './support/simulated-fleet'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
const target = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' } as const
const objectPath = '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector'
const reason = 'its agents keep the API servers from answering'
/** So many clusters must be in the plan, and so many shots open when the process is killed. */
const MANY = 100
/** Some more, since a cluster or two may not be reached when the plan is made. */
const WATCHED = 130
const SETTLED = ['landed', 'verified', 'unverified']

/** Counts shots of one action by state, past Holdfast, since that is what survives. */
async function shotStates(databaseUrl: string, actionId: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ state: string; count: string }>(
      'select state, count(*) from shot where action_id = $1 group by state',
      [actionId],
    )
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
  } finally {
    await client.end()
  }
}

const inFlight = (states: Record<string, number>) => (states.armed ?? 0) + (states.trying ?? 0)
const deletions = (action: ActionDto) => action.shots.filter(shot => shot.stepKind === 'delete-workload')

describe('kill -9 while a hundred shots are armed', { timeout: 900_000 }, () => {
  let dir: string
  let fleet: SimulatedFleet
  let engine: EngineProcess

  const startHoldfast = () =>
    startEngineProcess({
      dataDir: path.join(dir, 'holdfast'),
      configPath: path.join(dir, 'simulator', 'watched.yaml'),
      simulationControl: fleet.controlPath,
    })

  beforeAll(async () => {
    dir = await temporaryFolder('kill')
    fleet = await startSimulatedFleet(path.join(dir, 'simulator'), { scenario: 'dec-11', speed: 120 })
    const reached = await until(
      'the rollout to reach many clusters',
      async () => {
        const { events } = await fleet.truth()
        const names = events.filter(({ kind }) => kind === 'apply-workload').map(({ cluster }) => cluster)
        return names.length >= WATCHED ? names.slice(0, WATCHED) : undefined
      },
      { withinMs: 300_000 },
    )
    await fleet.setClock({ speed: 2 })
    await watchOnly(reached)
    engine = await startHoldfast()
  }, 600_000)

  afterAll(async () => {
    await engine?.kill()
    await killDatabase({ dataDir: engine?.databaseDir ?? '' }).catch(() => {})
    await fleet?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  /** The simulated fleet's own configuration, narrowed to some clusters: the others would only cost time. */
  async function watchOnly(names: string[]): Promise<void> {
    const config = parse(await readFile(fleet.configPath, 'utf8')) as { clusters: { name: string }[] }
    const clusters = config.clusters.filter(({ name }) => names.includes(name))
    const narrowed = { ...config, clusters, contexts: { include: names } }
    await writeFile(path.join(dir, 'simulator', 'watched.yaml'), stringify(narrowed))
  }

  /** A plan of the removal that reaches enough clusters. */
  const planned = () =>
    until(
      `a plan for ${MANY} clusters`,
      async () => {
        const plan = await engine.plan({ kind: 'remove-service', target, reason })
        return plan.blastRadius.clusters >= MANY ? plan : undefined
      },
      { withinMs: 300_000, everyMs: 3_000 },
    )

  it('lands every shot once, after the engine was killed and after PostgreSQL was killed with it', async () => {
    const plan = await planned()
    expect(plan.guards.filter(({ verdict }) => verdict === 'block')).toEqual([])
    await engine.confirm(plan.id, { digest: plan.digest, typedName: target.name, reason })
    const shotsBefore = plan.targets.reduce((sum, { steps }) => sum + steps.length, 0)

    const atFirstKill = await until(
      'a hundred shots to be armed or trying',
      async () => {
        const states = await shotStates(engine.databaseUrl, plan.id)
        return inFlight(states) >= MANY ? states : undefined
      },
      { withinMs: 300_000, everyMs: 20 },
    )
    await engine.kill()
    expect(inFlight(atFirstKill)).toBeGreaterThanOrEqual(MANY)

    engine = await startHoldfast()
    expect(engine.adopted).toBe(true)
    await until('some shots to be taken up again', async () => {
      const { shots } = await engine.action(plan.id)
      const landed = shots.filter(({ state }) => SETTLED.includes(state)).length
      return (landed > 0 && landed < shots.length) || undefined
    })
    await engine.kill()
    await killDatabase({ dataDir: engine.databaseDir })

    engine = await startHoldfast()
    expect(engine.adopted).toBe(false)
    await fleet.setClock({ speed: 6 })
    const ended = await until(
      'every shot to have landed',
      async () => {
        const action = await engine.action(plan.id)
        return action.shots.every(({ state }) => SETTLED.includes(state)) ? action : undefined
      },
      { withinMs: 600_000, everyMs: 1_000 },
    ).catch(async error => {
      const { shots } = await engine.action(plan.id)
      throw new Error(`${error.message}: ${JSON.stringify(countBy(shots))}`)
    })
    expect(ended.shots).toHaveLength(shotsBefore)
    expect(new Set(deletions(ended).map(({ clusterId }) => clusterId)).size).toBe(plan.blastRadius.clusters)

    await expectGone(plan)
    await engine.stop()
    await expectOneLandingEach(ended)
  })

  /** Asks the clusters themselves, past Holdfast: their object is gone and nobody has made another. */
  async function expectGone(plan: ActionDto): Promise<void> {
    const kubeconfig = readKubeconfig(fleet.kubeconfigPath)
    await Promise.all(
      plan.targets.map(async ({ clusterName }) => {
        const api = new Api(kubeconfig.target(`${clusterName}-break-glass`), 1)
        try {
          const status = await until(
            `${clusterName} to answer`,
            async () => {
              const reply = await api.request('GET', objectPath)
              return reply.status === 404 || reply.status === 200 ? reply.status : undefined
            },
            { everyMs: 1_000 },
          )
          expect({ clusterName, status }).toEqual({ clusterName, status: 404 })
        } finally {
          await api.close()
        }
      }),
    )
  }

  /** The audit tells of one landing for each shot, and its chain survived both crashes. */
  async function expectOneLandingEach(action: ActionDto): Promise<void> {
    const dataDir = path.join(dir, 'holdfast')
    const database = await startDatabase(dataDir)
    const db = openDatabase(database.url)
    try {
      const entries: AuditEntry[] = []
      for await (const entry of readChain(createAuditStore(db))) entries.push(entry)
      const report = await verifyChain(entries)
      expect(report).toMatchObject({ ok: true, entries: entries.length })
      const own = entries.filter(({ subject }) => subject === `action/${action.id}`)
      const shotsWith = (verb: string) => own.filter(e => e.verb === verb).map(({ detail }) => detail.shot)
      const ended = [...shotsWith('shot.landed'), ...shotsWith('shot.not-needed')]
      expect(ended.toSorted()).toEqual(action.shots.map(({ id }) => id).toSorted())
      for (const verb of ['shot.superseded', 'shot.refused', 'shot.expired', 'shot.aborted'])
        expect({ verb, shots: shotsWith(verb) }).toEqual({ verb, shots: [] })
    } finally {
      await db.$disconnect()
    }
    const env = { ...process.env, HOLDFAST_DATA_DIR: dataDir, DATABASE_URL: '' }
    const verify = () => run(process.execPath, ['bin/audit-verify.mjs'], { cwd: root, env })
    expect((await verify()).stdout).toMatch(/chain is intact: \d+ entries, head [0-9a-f]{64}/)

    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(`update audit_entry set actor = 'somebody else' where seq = 2`)
    await client.end()
    await expect(verify()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('entry 2 was changed after it had been written'),
    })
    await database.stop()
  }
})

function countBy(shots: ShotDto[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of shots) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
