import { expect, it } from 'vitest'
import { verifyChain } from '../audit/verify-chain'
import { asRecord } from './saved-object'
import { isOpen } from './shot-machine'
import { ActionWorld, ADA, type Process } from './testing/action-world'
import { BINDING_PATH, type Fate, WORKLOAD_PATH } from './testing/fake-fleet'
import { seededRandom } from './testing/seeded-random'

const RUNS = 12
const CLUSTERS = 4

/** How an API server in trouble treats one request. */
function troubledFate(rng: () => number): Fate {
  const draw = rng()
  if (draw < 0.2) return { status: 429, retryAfterMs: 1_000 + Math.floor(rng() * 4_000) }
  if (draw < 0.3) return 'never-arrive'
  if (draw < 0.4) return 'lose-answer'
  if (draw < 0.48) return { hangMs: Math.floor(rng() * 50_000), outcome: 'serve' }
  if (draw < 0.53) return { hangMs: 60_000, outcome: { status: 504 } }
  if (draw < 0.6) return { status: 500 }
  return draw < 0.65 ? 'refuse' : 'serve'
}

/** Kills, outages, second processes, recreated objects, and perhaps an abort, all from one seed. */
async function run(seed: number) {
  const rng = seededRandom(seed)
  const world = new ActionWorld()
  for (let i = 0; i < CLUSTERS; i++) world.fleet.add(`c${i}`, { nodes: 10 + i })
  const processes: Process[] = [await world.startProcess()]
  const plan = await world.plan(processes[0] as Process)
  const planned = new Map(
    plan.targets.map(target => [
      target.clusterId,
      target.steps.find(step => step.kind === 'delete-workload')?.object.uid,
    ]),
  )
  for (const cluster of world.fleet.all.values()) {
    cluster.fate = request => (request.method === 'GET' && rng() < 0.7 ? 'serve' : troubledFate(rng))
  }
  await world.confirm(processes[0] as Process, plan)
  const recreated = new Map<string, string>()
  for (let step = 0; step < 12; step++) {
    await world.run(1_000 + Math.floor(rng() * 20_000))
    const draw = rng()
    if (draw < 0.25) {
      processes[Math.floor(rng() * processes.length)]?.kill()
      processes.push(await world.startProcess())
    } else if (draw < 0.35) processes.push(await world.startProcess())
    else if (draw < 0.5) {
      world.store.away = true
      await world.run(1_000 + Math.floor(rng() * 25_000))
      world.store.away = false
    } else if (draw < 0.6) {
      const cluster = world.fleet.get(`c${Math.floor(rng() * CLUSTERS)}`)
      if (!cluster.objects.has(WORKLOAD_PATH)) {
        const again = world.fleet.daemonSet(3)
        recreated.set(cluster.id, String(asRecord(again.metadata).uid))
        cluster.objects.set(WORKLOAD_PATH, again)
      }
    } else if (draw < 0.66) {
      const last = processes.at(-1)
      // It may have ended already, or storage may be away: then nothing is asked of it.
      await Promise.race([last?.actions.abort(plan.id, ADA).catch(() => {}), world.run(5_000)])
    }
  }
  for (const cluster of world.fleet.all.values()) cluster.fate = () => 'serve'
  processes.push(await world.startProcess())
  await world.run(6 * 60_000)
  return { world, plan, planned, recreated }
}

it.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
  'chaos, seed %i: nothing lost, nothing twice, nothing untrue',
  async seed => {
    const { world, plan, planned, recreated } = await run(seed)
    const shots = world.shots()
    expect(shots.filter(shot => isOpen(shot.state))).toEqual([])
    const allowed = new Set(
      plan.targets.flatMap(target =>
        target.steps.map(step => `${target.clusterId} ${step.write.method} ${step.write.path.split('?')[0]}`),
      ),
    )
    for (const effect of world.fleet.effects()) expect(allowed).toContain(effect)
    for (const cluster of world.fleet.all.values()) {
      for (const path of [WORKLOAD_PATH, BINDING_PATH]) {
        expect(cluster.effects.filter(effect => effect === `DELETE ${path}`).length).toBeLessThanOrEqual(1)
      }
      const uid = asRecord(cluster.objects.get(WORKLOAD_PATH)?.metadata).uid
      if (recreated.has(cluster.id)) expect(uid).toBe(recreated.get(cluster.id))
      const shot = shots.find(one => one.clusterId === cluster.id && one.stepKind === 'delete-workload')
      const gone = uid !== planned.get(cluster.id)
      if (shot?.landedAt !== undefined) expect(gone).toBe(true)
      if (shot?.state === 'aborted' || shot?.state === 'expired') expect(gone).toBe(false)
    }
    expect(['finished', 'aborted', 'running']).toContain((await world.store.getAction(plan.id))?.state)
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  },
)
