/**
 * How fast nodes are let back into one cluster: additive up, halved on trouble, held while nothing is known. The same
 * rule as congestion control's (Chiu and Jain 1989), with the ordinary canary's latency as the signal.
 */
export interface Pace {
  /** Nodes that one window may let in. */
  batch: number
  /** When the window began, epoch ms. */
  windowAt: number
  /** When the batch was last halved. */
  cutAt?: number
}

export interface PaceSeen {
  /** When nodes were let in, epoch ms; one that is under way counts as now. */
  admittedAt: readonly number[]
  canaryP95Ms?: number
  /** Of the newest evidence of the cluster, epoch ms. */
  evidenceAt?: number
  /** Whether ordinary callers are admitted, by the cluster's state. */
  isAdmitting: boolean
  /** Whether a write of ours was answered 429 lately. */
  throttled: boolean
}

export interface PaceOptions {
  ceiling: number
  /** A batch must have been in effect so long before the next one. */
  settleMs: number
  /** Evidence older than this is none. */
  staleMs: number
  maxCanaryP95Ms: number
}

/** Nodes re-list when they come back, so that a batch shows within some probes; a calm canary answers in 3 to 40 ms. */
export const ADMIT_PACE: PaceOptions = {
  ceiling: 10,
  settleMs: 15_000,
  staleMs: 60_000,
  maxCanaryP95Ms: 1_000,
}

/** One look at the pace: whether one more node may come now, and how it goes on. Pure; begins with one node. */
export function stepPace(
  before: Pace | undefined,
  seen: PaceSeen,
  now: number,
  o: PaceOptions = ADMIT_PACE,
): { pace: Pace; admit: boolean } {
  const pace = before ?? { batch: 1, windowAt: now }
  const hold = { pace, admit: false }
  const { canaryP95Ms, evidenceAt, admittedAt } = seen
  const newest = Math.max(...admittedAt)
  if (seen.throttled || (canaryP95Ms ?? 0) > o.maxCanaryP95Ms || !seen.isAdmitting) {
    // One cut for one trouble: its signs last longer than it does.
    if (pace.cutAt !== undefined && now - pace.cutAt < o.settleMs) return hold
    const batch = Math.max(1, Math.floor(pace.batch / 2))
    return { pace: { batch, windowAt: now, cutAt: now }, admit: false }
  }
  if (canaryP95Ms === undefined || evidenceAt === undefined || now - evidenceAt > o.staleMs) return hold
  if (pace.cutAt !== undefined && now - pace.cutAt < o.settleMs) return hold
  if (admittedAt.filter(at => at >= pace.windowAt).length < pace.batch) return { pace, admit: true }
  if (now - newest < o.settleMs || evidenceAt <= newest) return hold
  return { pace: { ...pace, batch: Math.min(o.ceiling, pace.batch + 1), windowAt: now }, admit: true }
}
