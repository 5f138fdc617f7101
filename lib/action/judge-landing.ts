import type { ControlPlaneState } from '../health/types'
import { callerFigures, canGrow, growthWords, judgeCallers } from './judge-callers'
import type { CallerSample } from './ports'
import type { ActionSummary, ShotRow } from './store'
import type { CallerFigures } from './types'

/** What is known of a cluster after its writes, for waves and follow-through. */
export interface ClusterProgress {
  state: ControlPlaneState
  /** As people call it. */
  name?: string
  evidenceAt?: number
  /** How ordinary callers fared since, oldest first; undefined where nobody measures it. */
  callers?: (since: number) => readonly CallerSample[]
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

/**
 * A cluster that is worse than before its write holds the others this long. Afterwards it no longer counts as proof,
 * but the fleet goes on three clusters a minute: in a spreading incident clusters get worse by themselves.
 */
const WORSE_HOLD_MS = 3 * 60_000
/** As far back as callers are looked at before a write. */
const BASELINE_MS = 5 * 60_000
/** What befalls a cluster later than this has other causes. */
const JUDGED_MS = 10 * 60_000

const SEVERITY: Record<string, number> = {
  Healthy: 0,
  Recovering: 1,
  Strained: 1,
  Unknown: 2,
  Overloaded: 2,
  LockedOut: 3,
  Dark: 4,
}

/** One cluster of an action with its shots. */
export interface ClusterRun {
  clusterId: string
  wave: number
  shots: ShotRow[]
  started: boolean
  /** When its deciding write was in effect. */
  landedAt?: number
  /** State of the cluster when its first write was sent, and how its ordinary callers fared. */
  stateBefore?: string
  callersBefore?: CallerFigures
  failed: boolean
}

/** By wave and fuse. */
export function clusterRuns(shots: readonly ShotRow[]): ClusterRun[] {
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
      const before = ordered.find(shot => shot.effect?.before)?.effect?.before
      return {
        clusterId,
        wave: ordered[0]?.wave ?? 0,
        shots: ordered,
        started: ordered.some(shot => shot.state !== 'waiting'),
        landedAt: deciding?.landedAt,
        stateBefore: before?.state,
        callersBefore: before?.callers,
        failed:
          deciding !== undefined && ['superseded', 'refused', 'expired', 'aborted'].includes(deciding.state),
      }
    })
    .sort((a, b) => a.wave - b.wave || fuseOf(a) - fuseOf(b) || a.clusterId.localeCompare(b.clusterId))
}

const fuseOf = (run: ClusterRun) => run.shots[0]?.fuseAt ?? Number.POSITIVE_INFINITY

export interface Judgement {
  proven: boolean
  /** Its state is worse than before. */
  worse: boolean
  /** It landed, and nothing was seen of it since. */
  silent: boolean
  /** Whether its callers can be compared with before. */
  isCompared: boolean
  /** In words, when its callers wait longer or are turned away more than before. */
  grown?: string
}

/**
 * Whether clusters where nothing was begun fare worse as well, as many of them as of those where it landed: in a
 * spreading incident that is no doing of the action, which must then not stop for it.
 * @param share of the clusters where it landed that fare worse
 * @param from when it landed on the first of them
 */
export function spreadsByItself(
  untouched: readonly ClusterRun[],
  progress: (clusterId: string) => ClusterProgress | undefined,
  share: number,
  from: number,
): boolean {
  const grown = untouched.flatMap(run => {
    const tries = progress(run.clusterId)?.callers?.(from - BASELINE_MS) ?? []
    const before = callerFigures(tries.filter(({ at }) => at <= from))
    const since = tries.filter(({ at }) => at > from)
    return canGrow(before) && since.length > 0 ? judgeCallers(before, since) === 'grown' : []
  })
  return grown.length > 0 && grown.filter(Boolean).length / grown.length >= share
}

const UNJUDGED = { proven: false, worse: false, isCompared: false }

/** What a cluster's own signals say of the write that landed there. What is not known is no proof. */
export function judgeLanding(
  run: ClusterRun,
  seen: ClusterProgress | undefined,
  accepted: ActionSummary['accepted'],
  now: number,
): Judgement {
  const { landedAt } = run
  if (landedAt === undefined) return { ...UNJUDGED, silent: false }
  const fresh = seen?.evidenceAt !== undefined && seen.evidenceAt > landedAt
  if (!fresh) return { ...UNJUDGED, silent: true }
  const sinceMs = now - landedAt
  const worse = (SEVERITY[seen.state] ?? 2) > (SEVERITY[run.stateBefore ?? 'Unknown'] ?? 2)
  const isJudged = sinceMs < JUDGED_MS && accepted?.includes(run.clusterId) !== true
  const since = isJudged && canGrow(run.callersBefore) ? seen.callers?.(landedAt) : undefined
  const verdict = since && run.callersBefore ? judgeCallers(run.callersBefore, since) : 'calm'
  const after = verdict === 'grown' && since ? callerFigures(since) : undefined
  return {
    proven: !worse && verdict === 'calm',
    worse: worse && sinceMs < WORSE_HOLD_MS,
    silent: verdict === 'unknown',
    isCompared: since !== undefined,
    grown: after && run.callersBefore && growthWords(run.callersBefore, after),
  }
}
