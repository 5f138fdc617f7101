import { verifyChain } from '../../audit/verify-chain'
import { HoldfastError } from '../../errors'
import { asRecord } from '../saved-object'
import { isOpen } from '../shot-machine'
import type { ShotRow } from '../store'
import type { PlannedWrite } from '../types'
import type { ChaosRun } from './chaos-run'
import type { FakeCluster } from './fake-fleet'
import { StoreFault } from './faulty-store'

const LANDED = new Set(['landed', 'verified', 'unverified'])
const ENDINGS = new Set([
  'shot.landed',
  'shot.not-needed',
  'shot.superseded',
  'shot.refused',
  'shot.expired',
  'shot.aborted',
])

/** Where a write's effect shows: the object deleted, made or changed. */
function pathOf({ method, path, body }: PlannedWrite): string {
  const [bare = ''] = path.split('?')
  return method === 'POST' ? `${bare}/${asRecord(asRecord(body).metadata).name}` : bare
}

/**
 * What must hold after any run, judged by the API servers' own logs, the rows and the audit.
 * @returns the laws that were broken, in words
 */
export async function brokenLaws(run: ChaosRun): Promise<string[]> {
  const { world, plan, processes } = run
  const broken: string[] = []
  const must = (holds: boolean, words: string) => {
    if (!holds) broken.push(words)
  }
  const action = await world.store.getAction(plan.id)
  const shots = world.shots()
  const planned = plan.targets.flatMap(target => target.steps)
  must(shots.length === planned.length, `${shots.length} shots of ${planned.length} planned writes`)
  for (const shot of shots) must(!isOpen(shot.state), `lost: ${nameOf(shot)} is ${shot.state}`)
  must(['finished', 'aborted', 'expired'].includes(action?.state ?? ''), `the action is ${action?.state}`)

  for (const cluster of world.fleet.all.values()) {
    const writes = shots.filter(shot => shot.clusterId === cluster.id)
    judgeLog(cluster, writes, must)
    for (const shot of writes) judgeTruth(cluster, shot, run, must)
  }

  const { entries } = world.store.audit
  const chain = await verifyChain(entries)
  must(chain.ok, `the audit chain is broken: ${JSON.stringify(chain)}`)
  const endings = entries.filter(entry => ENDINGS.has(entry.verb))
  for (const shot of shots) {
    const own = endings.filter(entry => entry.detail.shot === shot.id)
    const isIdleStop = shot.stepKind !== undefined && own.length === 0 && shot.state === 'waiting'
    must(own.length === 1 || isIdleStop, `${nameOf(shot)} has ${own.length} endings in the audit`)
  }
  must(
    entries.filter(entry => entry.verb === 'action.confirmed').length === 1,
    'it was not confirmed exactly once',
  )
  for (const error of processes.flatMap(process => process.errors)) {
    const isInjected = error instanceof StoreFault || error instanceof HoldfastError
    must(isInjected || String(error).includes('database is away'), `unexpected: ${error}`)
  }
  return broken
}

/** Nothing was sent that is not in the plan, and nothing took effect twice. */
function judgeLog(
  { id, log }: FakeCluster,
  shots: readonly ShotRow[],
  must: (holds: boolean, words: string) => void,
): void {
  const allowed = new Set(shots.map(({ write }) => `${write.method} ${pathOf(write)}`))
  const effects = new Map<string, number>()
  for (const { method, path, applied } of log) {
    const what = `${method} ${path}`
    must(allowed.has(what), `${id}: ${what} is not in the plan`)
    if (applied) effects.set(what, (effects.get(what) ?? 0) + 1)
  }
  for (const [what, times] of effects) must(times === 1, `${id}: ${what} took effect ${times} times`)
}

/** What a shot ended as is what became of its object. */
function judgeTruth(
  cluster: FakeCluster,
  shot: ShotRow,
  { plan, recreated }: ChaosRun,
  must: (holds: boolean, words: string) => void,
): void {
  const path = pathOf(shot.write)
  const applied = cluster.log.filter(
    one => one.applied && one.path === path && one.method === shot.write.method,
  )
  const target = plan.targets.find(one => one.clusterId === cluster.id)
  const uid = target?.steps[shot.step]?.object.uid
  for (const one of applied)
    if (shot.write.guard === 'uid') must(one.uid === uid, `${nameOf(shot)} removed ${one.uid}, not ${uid}`)
  const took = applied.length > 0
  const left = asRecord(cluster.objects.get(path)?.metadata).uid
  // Pods may be gone already.
  const isSelector = shot.write.guard === 'selector'
  if (LANDED.has(shot.state) && !isSelector)
    must(took, `${nameOf(shot)} is ${shot.state}, but nothing took effect`)
  if (shot.state === 'aborted' || shot.state === 'expired' || shot.state === 'refused')
    must(!took || isSelector, `${nameOf(shot)} is ${shot.state}, but it took effect`)
  if (shot.state === 'superseded' && shot.write.guard === 'uid')
    must(left !== uid, `${nameOf(shot)} is superseded, but what was planned for is still there`)
  const again = shot.stepKind === 'delete-workload' ? recreated.get(cluster.id) : undefined
  if (again) must(left === again.uid, `${nameOf(shot)}: what others rolled out anew is gone`)
}

const nameOf = ({ clusterId, stepKind, detail }: ShotRow) => `${clusterId} ${stepKind} (${detail})`
