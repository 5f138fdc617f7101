import {
  type ClusterProgress,
  type ClusterRun,
  clusterRuns,
  type Judgement,
  judgeLanding,
  spreadsByItself,
} from './judge-landing'
import { isOpen, nextShot } from './shot-machine'
import type { ActionSummary, ShotChange, ShotRow } from './store'
import type { ActionState } from './types'

export interface AdvanceInput {
  action: Pick<
    ActionSummary,
    'state' | 'confirmedAt' | 'expiresAt' | 'undoOf' | 'pause' | 'widenedTo' | 'accepted'
  >
  shots: readonly ShotRow[]
  progress: (clusterId: string) => ClusterProgress | undefined
  /** Whether this cluster may have one more node back now. Default: always. */
  mayAdmit?: (clusterId: string, shots: readonly ShotRow[]) => boolean
  now: number
}

export interface Advance {
  changes: ShotChange[]
  state?: ActionState
  /** It is to stop until a person has looked: where it landed, callers fare worse than before. */
  pause?: { reason: string; clusterIds: string[] }
}

/** A canary that has not landed within 20 s must not block the fleet: another one joins it. */
const NEXT_CANARY_MS = 20_000
/** The first wave may open the rest when half of it has landed, or after 40 s with one landing. */
const FIRST_WAVE_SHARE = 0.5
const FIRST_WAVE_MS = 40_000
/** Clusters that a pause names; there may be hundreds. */
const NAMED = 3
/** Pods that do not fall within half a minute are collected by nobody. */
const PODS_PATIENCE_MS = 30_000
/** Callers without rights verify a cluster before its pods are gone; whether they go is watched so long. */
const PODS_WATCHED_MS = 15 * 60_000

type Judged = Judgement & { run: ClusterRun }

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
  if (action.pause) return { changes: [], state: endState(input) }
  const runs = clusterRuns(shots)
  const judged = runs.map(run => ({
    run,
    ...judgeLanding(run, input.progress(run.clusterId), action.accepted, now),
  }))
  const pause = pauseFor(input, judged)
  if (pause) return { changes: [], pause }
  const open = new Set(runs.filter(run => run.started).map(run => run.clusterId))
  for (const run of clustersToStart(input, judged)) open.add(run.clusterId)
  const changes = runs.filter(run => open.has(run.clusterId)).flatMap(run => nextStep(input, run))
  return changes.length > 0 ? { changes } : { changes, state: endState(input) }
}

/** What it should be paused for: callers that fare worse where it landed, and not everywhere. */
function pauseFor({ shots, progress, now }: AdvanceInput, judged: Judged[]): Advance['pause'] {
  const grown = judged.filter(one => one.grown !== undefined)
  if (grown.length === 0 || !shots.some(shot => isOpen(shot.state))) return undefined
  const share = grown.length / judged.filter(one => one.isCompared).length
  const from = Math.min(...grown.map(({ run }) => run.landedAt ?? now))
  const untouched = judged.flatMap(({ run }) => (run.started ? [] : run))
  if (spreadsByItself(untouched, progress, share, from)) return undefined
  const named = grown
    .slice(0, NAMED)
    .map(one => `${progress(one.run.clusterId)?.name ?? one.run.clusterId}, ${one.grown}`)
  const more = grown.length > NAMED ? `; and ${grown.length - NAMED} more` : ''
  return {
    reason: `Callers fare worse where it landed: ${named.join('; ')}${more}.`,
    clusterIds: grown.map(({ run }) => run.clusterId),
  }
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

/** Canary, first 5 %, all; held while anything got worse where it landed, or nothing is known of what landed. */
function clustersToStart({ action, now }: AdvanceInput, judged: Judged[]): ClusterRun[] {
  if (judged.some(one => one.worse)) return []
  const runs = judged.map(one => one.run)
  const released = runs.filter(run => run.wave <= (action.widenedTo ?? -1))
  const proven = judged.filter(one => one.proven).length
  const failed = runs.filter(run => run.failed).length
  if (proven === 0) {
    const elapsed = now - (action.confirmedAt ?? now)
    const canaries = runs.slice(0, 1 + failed + Math.floor(elapsed / NEXT_CANARY_MS))
    // Others may still show what one that fell silent does not; the fleet waits for that, or for a person.
    const isSilent = judged.some(one => one.silent)
    return [...released, ...(isSilent ? canaries.filter(run => run.wave <= 1) : canaries)]
  }
  const early = judged.filter(one => one.run.wave <= 1)
  const earlyDone = early.filter(one => one.proven || one.run.failed).length
  const firstLandedAt = Math.min(...runs.flatMap(run => run.landedAt ?? []))
  const widely = earlyDone >= early.length * FIRST_WAVE_SHARE && earlyDone > 1
  const all = early.length <= 1 || widely || now - firstLandedAt >= FIRST_WAVE_MS
  return all ? runs : [...released, ...runs.filter(run => run.wave <= 1)]
}

/** The next write on one cluster, once the one before it has ended. */
function nextStep(input: AdvanceInput, run: ClusterRun): ShotChange[] {
  const next = run.shots.find(shot => isOpen(shot.state))
  if (next?.state !== 'waiting') return []
  const change = (event: Parameters<typeof nextShot>[1]) => nextShot(next, event, input.now) ?? []
  if (admitsMore(next, input.action) && input.mayAdmit?.(run.clusterId, run.shots) === false) return []
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

/** Nodes come back by re-admission, and when a cordon is undone; replicas when a workload is scaled up. */
function admitsMore({ stepKind }: ShotRow, { undoOf }: AdvanceInput['action']): boolean {
  return undoOf ? stepKind === 'cordon-node' : stepKind === 'admit-node' || stepKind === 'admit-replicas'
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
