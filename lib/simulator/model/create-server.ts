import { DURATION_BOUNDS, STAGES } from './constants'
import type { ModelServer } from './types'

const A_DAY = 86_400

/** An API server that has run for a day, or (`cold`) one that starts at `upAt`. */
export function createServer(idleGB: number, lightRate: number, cold?: { upAt: number }): ModelServer {
  const before = cold ? 0 : A_DAY * lightRate
  return {
    up: !cold,
    upAt: cold?.upAt ?? 0,
    downAt: Number.NEGATIVE_INFINITY,
    startedAt: cold?.upAt ?? -A_DAY,
    drained: false,
    warmth: cold ? 0 : 1,
    stages: new Float64Array(STAGES),
    runningLists: 0,
    zombieLists: 0,
    queuedLists: 0,
    finishRate: 1,
    relistBacklog: 0,
    relistRunning: 0,
    runnable: 0,
    meanAge: 0,
    sojourn: 0,
    cpuCarry: 0,
    residentGB: idleGB,
    coresInUse: 0,
    rejectShare: 0,
    retryAfterSeconds: 1,
    retryAfterGrewAt: Number.NEGATIVE_INFINITY,
    rejectRate: 0,
    sickSeconds: 0,
    crashesInARow: 0,
    cpuSecondsTotal: before * 0.001,
    listsTotal: 0,
    admittedTotal: 0,
    rejectedTotal: 0,
    forbiddenTotal: 0,
    terminatedTotal: 0,
    lightTotal: before,
    etcdRequestsTotal: before,
    etcdSecondsTotal: before * 0.002,
    webhookCallsTotal: before * 0.02,
    webhookSecondsTotal: before * 0.02 * 0.008,
    webhookRejectionsTotal: 0,
    durations: new Float64Array(DURATION_BOUNDS.length).fill(before),
    durationSecondsTotal: before * 0.004,
  }
}
