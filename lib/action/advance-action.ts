import type { ControlPlaneState } from '../health/types'
import { isOpen, nextShot } from './shot-machine'
import type { ActionSummary, ShotChange, ShotRow } from './store'
import type { ActionState } from './types'

/** What is known of a cluster after its writes, for waves and follow-through. */
export interface ClusterProgress {
  state: ControlPlaneState
  evidenceAt?: number
  /** Newest count of the target's pods and the one before it; `some` when there are more than were counted. */
  pods?: { count: number | 'some'; at: number; before?: number | 'some' }
  /** The controller manager's lease is stale: nobody collects the pods. Undefined when it was not read. */
  collectorGone?: boolean
  /** Whether its controller has brought the changed workload to where it is wanted. */
  converged?: { is: boolean; words: string }
  /** Shots whose objects were read back as written. */
  inEffect?: ReadonlySet<string>
  /** Whether the muted caller's requests are seen to go to the level that rejects them. */
  muted?: 'proven' | 'not-yet' | 'unprovable'
}

export interface AdvanceInput {
  action: Pick<ActionSummary, 'state' | 'confirmedAt' | 'expiresAt' | 'undoOf'>
  shots: readonly ShotRow[]
  progress: (clusterId: string) => ClusterProgress | undefined
  /** Whether this cluster may have one more node back now. Default: always. */
  mayAdmit?: (clusterId: string, shots: readonly ShotRow[]) => boolean
  now: number
}

export interface Advance {
  changes: ShotChange[]
  state?: ActionState
}

/** A canary that has not landed within 20 s must not block the fleet: another one joins it. */
const NEXT_CANARY_MS = 20_000
/** Without evidence newer than the landing, this long: an admitted write is a sign of life in itself. */
const PROOF_PATIENCE_MS = 30_000
/** The first wave may open the rest when half of it has landed, or after 40 s with one landing. */
const FIRST_WAVE_SHARE = 0.5
const FIRST_WAVE_MS = 40_000
/**
 * A cluster that is worse than before its write holds the others this long. Afterwards it no longer counts as proof,
 * but the fleet goes on three clusters a minute: in a spreading incident clusters get worse by themselves.
 */
const WORSE_HOLD_MS = 3 * 60_000
/** Pods that do not fall within half a minute are collected by nobody. */
const PODS_PATIENCE_MS = 30_000
/** Callers without rights verify a cluster before its pods are gone; whether they go is watched so long. */
const PODS_WATCHED_MS = 15 * 60_000

const SEVERITY: Record<string, number> = {
  Healthy: 0,
  Recovering: 1,
  Strained: 1,
  Unknown: 2,
  Overloaded: 2,
  LockedOut: 3,
  Dark: 4,
}

interface ClusterRun {
  clusterId: string
  wave: number
  shots: ShotRow[]
  started: boolean
  /** When its deciding write was in effect. */
  landedAt?: number
  /** State of the cluster when its first write was sent. */
  stateBefore?: string
  failed: boolean
}

/**
 * What to do next for one action: which shots to arm, which to end, and whether the action itself has ended. Pure and
 * repeatable: any replica may carry it out, each change applies once.
 */
export function advanceAction(input: AdvanceInput): Advance {
  const { action, shots, now } = input
  if (action.state === 'aborting' || now >= action.expiresAt) {
    const reason = action.state === 'aborting' ? 'aborted' : 'expired'
    const idle = shots.filter(shot => shot.state === 'waiting' || shot.state === 'armed')
    const changes = idle.flatMap(shot => nextShot(shot, { type: 'stop', reason }, now) ?? [])
    return changes.length > 0 ? { changes } : { changes, state: endState(input) }
  }
  const runs = clusterRuns(shots)
  const open = new Set(runs.filter(run => run.started).map(run => run.clusterId))
  for (const run of clustersToStart(input, runs)) open.add(run.clusterId)
  const changes = runs.filter(run => open.has(run.clusterId)).flatMap(run => nextStep(input, run))
  return changes.length > 0 ? { changes } : { changes, state: endState(input) }
}

function endState({ action, shots, now }: AdvanceInput): ActionState | undefined {
  if (shots.some(shot => isOpen(shot.state))) return undefined
  if (action.state === 'aborting') return 'aborted'
  const landed = shots.filter(shot => ['landed', 'verified', 'unverified'].includes(shot.state))
  if (landed.length === 0 && shots.some(shot => shot.state === 'expired')) return 'expired'
  const podsWatched = landed.some(
    ({ stepKind, doneAt, landedAt = now }) =>
      stepKind === 'delete-pods' && doneAt === undefined && now - landedAt < PODS_WATCHED_MS,
  )
  return podsWatched || landed.some(shot => shot.state === 'landed') ? undefined : 'finished'
}

function clusterRuns(shots: readonly ShotRow[]): ClusterRun[] {
  const byCluster = new Map<string, ShotRow[]>()
  for (const shot of shots) {
    const own = byCluster.get(shot.clusterId)
    if (own) own.push(shot)
    else byCluster.set(shot.clusterId, [shot])
  }
  return [...byCluster.entries()]
    .map(([clusterId, own]) => {
      const ordered = own.sort((a, b) => a.step - b.step)
      const deciding = ordered.find(shot => shot.stepKind === 'delete-workload') ?? ordered.at(-1)
      return {
        clusterId,
        wave: ordered[0]?.wave ?? 0,
        shots: ordered,
        started: ordered.some(shot => shot.state !== 'waiting'),
        landedAt: deciding?.landedAt,
        stateBefore: ordered.find(shot => shot.effect?.before)?.effect?.before?.state,
        failed:
          deciding !== undefined && ['superseded', 'refused', 'expired', 'aborted'].includes(deciding.state),
      }
    })
    .sort((a, b) => a.wave - b.wave || fuseOf(a) - fuseOf(b) || a.clusterId.localeCompare(b.clusterId))
}

const fuseOf = (run: ClusterRun) => run.shots[0]?.fuseAt ?? Number.POSITIVE_INFINITY

/** Canary, first 5 %, all; held while anything got worse where it landed. */
function clustersToStart({ action, progress, now }: AdvanceInput, runs: ClusterRun[]): ClusterRun[] {
  const judged = runs.map(run => ({ run, ...judge(run, progress(run.clusterId), now) }))
  if (judged.some(one => one.worse)) return []
  const proven = judged.filter(one => one.proven).length
  const failed = runs.filter(run => run.failed).length
  if (proven === 0) {
    const elapsed = now - (action.confirmedAt ?? now)
    return runs.slice(0, 1 + failed + Math.floor(elapsed / NEXT_CANARY_MS))
  }
  const early = judged.filter(one => one.run.wave <= 1)
  const earlyDone = early.filter(one => one.proven || one.run.failed).length
  const firstLandedAt = Math.min(...runs.flatMap(run => run.landedAt ?? []))
  const widely = earlyDone >= early.length * FIRST_WAVE_SHARE && earlyDone > 1
  const all = early.length <= 1 || widely || now - firstLandedAt >= FIRST_WAVE_MS
  return all ? runs : runs.filter(run => run.wave <= 1)
}

function judge(
  run: ClusterRun,
  seen: ClusterProgress | undefined,
  now: number,
): { proven: boolean; worse: boolean } {
  if (run.landedAt === undefined) return { proven: false, worse: false }
  const sinceMs = now - run.landedAt
  const fresh = seen?.evidenceAt !== undefined && seen.evidenceAt > run.landedAt
  if (!fresh) return { proven: sinceMs >= PROOF_PATIENCE_MS, worse: false }
  const worse = (SEVERITY[seen.state] ?? 2) > (SEVERITY[run.stateBefore ?? 'Unknown'] ?? 2)
  return { proven: !worse, worse: worse && sinceMs < WORSE_HOLD_MS }
}

/** The next write on one cluster, once the one before it has ended. */
function nextStep(input: AdvanceInput, run: ClusterRun): ShotChange[] {
  const next = run.shots.find(shot => isOpen(shot.state))
  if (next?.state !== 'waiting') return []
  const change = (event: Parameters<typeof nextShot>[1]) => nextShot(next, event, input.now) ?? []
  if (admitsNode(next, input.action) && input.mayAdmit?.(run.clusterId, run.shots) === false) return []
  if (next.stepKind !== 'delete-pods') return [change({ type: 'arm' })].flat()
  const deletion = run.shots.find(shot => shot.stepKind === 'delete-workload')
  if (deletion && (deletion.state === 'superseded' || deletion.state === 'refused')) {
    const detail = 'The workload was not removed, so its pods stay.'
    return [change({ type: 'give-up', state: deletion.state, detail })].flat()
  }
  if (deletion?.landedAt === undefined) return []
  const decision = podsDecision(input.progress(run.clusterId), input.now - deletion.landedAt)
  if (decision === 'arm') return [change({ type: 'arm' })].flat()
  if (decision === 'gone') {
    return [change({ type: 'not-needed', detail: 'Nothing to send: its pods are gone already.' })].flat()
  }
  return []
}

/** Nodes come back by re-admission, and when a cordon is undone. */
function admitsNode({ stepKind }: ShotRow, { undoOf }: AdvanceInput['action']): boolean {
  return stepKind === (undoOf ? 'cordon-node' : 'admit-node')
}

/** Whether pods must be deleted by us: nobody collects them, or they do not fall. */
function podsDecision(seen: ClusterProgress | undefined, sinceMs: number): 'arm' | 'gone' | 'wait' {
  const pods = seen?.pods
  if (pods?.count === 0) return 'gone'
  if (seen?.collectorGone) return 'arm'
  if (sinceMs < PODS_PATIENCE_MS) return 'wait'
  const falling =
    typeof pods?.count === 'number' && typeof pods.before === 'number' && pods.count < pods.before
  return falling ? 'wait' : 'arm'
}
