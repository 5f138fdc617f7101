import { HoldfastError } from '../../errors'
import { asRecord } from '../saved-object'
import type { ActionPlan, ActionRequest } from '../types'
import { ActionWorld, ADA, type Process, REASON } from './action-world'
import { type Fate, TARGET, WORKLOAD_PATH } from './fake-fleet'
import type { StoreFate } from './faulty-store'
import { seededRandom } from './seeded-random'

/** What one seed came to, for the laws to be checked on. */
export interface ChaosRun {
  world: ActionWorld
  plan: ActionPlan
  processes: Process[]
  /** Uid of what somebody else put under the planned name, by cluster; `replaced`: before it was removed. */
  recreated: Map<string, { uid: string; replaced: boolean }>
}

const CLUSTERS = 4
const ROUNDS = 12
const FLOW_CONTROL = '/apis/flowcontrol.apiserver.k8s.io'
const ENDED = new Set(['finished', 'aborted', 'expired', 'undone'])
/** As long as an effect is looked for, and a little more. */
const QUIET_MS = 20 * 60_000
const GRACE = { name: 'grace' }

/** How an API server in trouble treats one request. Nothing of it takes effect later than its own minute. */
function troubledFate(rng: () => number): Fate {
  const draw = rng()
  if (draw < 0.18) return { status: 429, retryAfterMs: 1_000 + Math.floor(rng() * 4_000) }
  if (draw < 0.26) return 'never-arrive'
  if (draw < 0.35) return 'lose-answer'
  if (draw < 0.41) return 'cut'
  if (draw < 0.46) return { lateMs: Math.floor(rng() * 58_000) }
  if (draw < 0.52) return { againMs: Math.floor(rng() * 58_000) }
  if (draw < 0.58) return { hangMs: Math.floor(rng() * 50_000), outcome: 'serve' }
  if (draw < 0.62) return { hangMs: 60_000, outcome: { status: 504 } }
  if (draw < 0.67) return { status: 500 }
  return draw < 0.71 ? 'refuse' : 'serve'
}

/** How a connection to storage in trouble treats one call. */
function storeFate(rng: () => number): StoreFate {
  const draw = rng()
  if (draw < 0.04) return 'fail'
  if (draw < 0.08) return 'lose-answer'
  return draw < 0.12 ? { delayMs: Math.floor(rng() * 4_000) } : 'serve'
}

function requestOf(rng: () => number): ActionRequest {
  const draw = rng()
  if (draw < 0.6) return { kind: 'remove-service', target: { ...TARGET }, reason: REASON }
  const caller = { kind: 'ServiceAccount' as const, namespace: TARGET.namespace, name: 'telemetry' }
  if (draw < 0.8) return { kind: 'mute-caller', target: caller, minutes: 120, reason: REASON }
  return { kind: 'shrink-footprint', target: { ...TARGET }, nodes: 0, reason: REASON }
}

/**
 * One action, from its plan to its end, while everything fails that can, all from one seed: two replicas over one
 * store, which die at any call they make and are started anew, calls to storage that fail or whose answer is lost,
 * storage away, API servers that turn away, cut, lose, delay and repeat, objects recreated by others, and people who
 * pause, resume, widen, abort and freeze. Then all is mended, and nothing more is done than starting a process.
 */
export async function chaosRun(seed: number): Promise<ChaosRun> {
  const rng = seededRandom(seed)
  const world = new ActionWorld()
  const upTo = (n: number) => Math.floor(rng() * n)
  for (let i = 0; i < CLUSTERS; i++) {
    const cluster = world.fleet.add(`c${i}`, { nodes: 10 + i })
    cluster.collects = rng() < 0.5
    cluster.objects.set(FLOW_CONTROL, {
      kind: 'APIGroup',
      versions: [{ groupVersion: 'flowcontrol.apiserver.k8s.io/v1', version: 'v1' }],
    })
    if (rng() < 0.5) world.fleet.setLease(cluster.id, rng() < 0.5 ? 0 : 600_000)
  }
  const first = await world.startProcess()
  const request = requestOf(rng)
  const planning = first.actions.plan(request, ADA)
  await world.run(16_000)
  const plan = await planning
  const processes: Process[] = [first]
  const store = () => storeFate(rng)
  const start = async () => {
    const diesAfterCalls = rng() < 0.6 ? upTo(400) : undefined
    processes.push(await world.startProcess({}, { store, diesAfterCalls, diesInside: rng() < 0.5 }))
  }
  const living = () => processes.filter(process => !process.isDead())
  const anybody = () => living()[upTo(living().length)]
  await start()
  for (const cluster of world.fleet.all.values()) {
    cluster.fate = ({ method }) => (method === 'GET' && rng() < 0.7 ? 'serve' : troubledFate(rng))
  }
  world.watch()
  await first.actions.confirm(
    plan.id,
    { digest: plan.digest, typedName: request.target.name, reason: REASON },
    ADA,
  )

  /** What a person asks for; storage may fail them, and a process that dies never answers. */
  async function asked(verb: 'pause' | 'resume' | 'widen' | 'abort'): Promise<void> {
    const work = anybody()?.actions[verb](plan.id, verb === 'resume' ? GRACE : ADA)
    await Promise.race([work?.catch(onlyRefusals), world.run(6_000)])
  }

  const recreated: ChaosRun['recreated'] = new Map()
  for (let round = 0; round < ROUNDS; round++) {
    await world.run(500 + upTo(20_000))
    const draw = rng()
    if (draw < 0.2) anybody()?.kill()
    else if (draw < 0.32) {
      world.store.away = true
      await world.run(1_000 + upTo(25_000))
      world.store.away = false
    } else if (draw < 0.4 && request.kind === 'remove-service')
      recreate(world, `c${upTo(CLUSTERS)}`, recreated)
    else if (draw < 0.52) await asked('pause')
    else if (draw < 0.62) await asked('resume')
    else if (draw < 0.7) await asked('widen')
    else if (draw < 0.74) await asked('abort')
    while (living().length < 2) await start()
  }

  for (const cluster of world.fleet.all.values()) cluster.fate = () => 'serve'
  world.watch('Healthy')
  for (const process of living().slice(1)) process.kill()
  const last = await world.startProcess()
  processes.push(last)
  const left = await world.store.getAction(plan.id)
  // A pause that was asked for may be on its way, or an abort.
  if (left?.pause) await last.actions.resume(plan.id, GRACE).catch(onlyRefusals)
  for (let ms = QUIET_MS; ms > 0; ms -= 60_000) {
    await world.run(60_000)
    if (ENDED.has((await world.store.getAction(plan.id))?.state ?? '')) break
  }
  // Copies that are still on their way arrive.
  await world.run(60_000)
  for (const process of processes) process.kill()
  return { world, plan, processes, recreated }
}

/** Somebody rolls it out anew, where it is gone or in its place. */
function recreate(world: ActionWorld, clusterId: string, recreated: ChaosRun['recreated']): void {
  const { objects } = world.fleet.get(clusterId)
  if (recreated.has(clusterId)) return
  const again = world.fleet.daemonSet(3)
  const replaced = objects.has(WORKLOAD_PATH)
  recreated.set(clusterId, { uid: String(asRecord(again.metadata).uid), replaced })
  objects.set(WORKLOAD_PATH, again)
}

function onlyRefusals(error: unknown): void {
  if (!(error instanceof HoldfastError)) throw error
}
