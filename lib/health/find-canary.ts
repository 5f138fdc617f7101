import type { Observation } from '../probe/types'
import { admissionOf, endedAt, isOurDelay, isOwnTrouble } from './admission'
import { count, percent, seconds } from './in-words'
import { measureWaits, RECENT_MS, SUSTAINED_MS } from './measure-waits'
import type { ControlPlaneState, Finding, ReasonCode } from './types'
import type { ObservationWindow } from './window'

/** Locked out: so many tries in a row, or so long. */
const LOCKED_OUT_TRIES = 3
const LOCKED_OUT_MS = 30_000

/**
 * What the ordinary canary says of callers: turned away, slow, or served. `lockedOut` when nothing ordinary is admitted
 * while something else is answered.
 */
export function findCanary(window: ObservationWindow, now: number, before?: ControlPlaneState): Finding[] {
  const streak = unservedStreak(window, now)
  const tries = window.recent('canary', now - SUSTAINED_MS, now)
  const recent = tries.filter(o => endedAt(o) >= now - RECENT_MS && admissionOf(o) !== 'inconclusive')
  const findings: Finding[] = []
  const [first] = streak
  if (first && streak.length >= 2) findings.push(...findStreak(window, streak, first, now))
  else findings.push(...findFailures(recent))
  findings.push(...findSlowness(tries, now, before))
  const newest = tries.at(-1)
  if (newest && isOwnTrouble(newest) && !isOurDelay(newest))
    findings.push(
      notice(
        'lane.credentials',
        `the ordinary lane cannot be used (${newest.outcome}): ${newest.detail}`,
        now,
      ),
    )
  if (newest?.status === 401)
    findings.push(
      notice(
        'canary.unauthorised',
        'the ordinary identity is not known to the cluster (401): whether callers are admitted cannot be told',
        now,
      ),
    )
  return findings
}

/** Consecutive unserved tries up to the newest, oldest first. */
function unservedStreak(window: ObservationWindow, now: number): Observation[] {
  const streak: Observation[] = []
  window.eachNewestFirst('canary', now, o => {
    const admission = admissionOf(o)
    if (admission === 'served') return false
    if (admission === 'unserved') streak.push(o)
  })
  return streak.reverse()
}

function findStreak(
  window: ObservationWindow,
  streak: Observation[],
  first: Observation,
  now: number,
): Finding[] {
  const last = streak.at(-1) as Observation
  const lasted = endedAt(last) - first.at
  const long = streak.length >= LOCKED_OUT_TRIES || lasted >= LOCKED_OUT_MS
  const open = openLane(window, first.at, now)
  const onlyErrors = streak.every(o => o.outcome === 'answer' && o.status >= 500)
  const answered = open !== undefined || streak.some(o => o.status === 429)
  const lockedOut = long && answered && (!onlyErrors || open?.served === true)
  const text = `ordinary callers: ${count(streak.length, 'try', 'tries')} in ${seconds(lasted)}, ${howTurnedAway(streak)}`
  const findings: Finding[] = [
    {
      code: codeOf(last),
      severity: 'critical',
      text,
      pushes: lockedOut ? 'LockedOut' : 'Overloaded',
      firstAt: first.at,
    },
  ]
  if (open)
    findings.push({
      code: 'lane.open',
      severity: 'info',
      pushes: 'Healthy',
      firstAt: open.at,
      text: open.text,
    })
  return findings
}

/** Single failures among successes. */
function findFailures(recent: Observation[]): Finding[] {
  // Failures that three successes have followed are over.
  if (recent.slice(-3).every(o => admissionOf(o) === 'served')) return []
  const failed = recent.filter(o => admissionOf(o) === 'unserved')
  const [first] = failed
  if (!first || failed.length < 2) return []
  const share = failed.length / recent.length
  const pushes = share >= 0.5 ? 'Overloaded' : 'Strained'
  const text = `${percent(share)} of ordinary tries fail within a minute, ${howTurnedAway(failed)}`
  return [
    { code: codeOf(failed.at(-1) ?? first), severity: severityOf(pushes), text, pushes, firstAt: first.at },
  ]
}

function findSlowness(tries: Observation[], now: number, before?: ControlPlaneState): Finding[] {
  const served = tries.filter(o => admissionOf(o) === 'served')
  const waits = measureWaits(served, now, before)
  if (!waits) return []
  const { p50, p95, pushes, firstAt } = waits
  const text = `ordinary callers wait ${seconds(p50)} (95 % within ${seconds(p95)})`
  return [{ code: 'canary.slow', severity: severityOf(pushes), text, pushes, firstAt }]
}

/**
 * When callers were admitted again: the first of three or more tries served in a row after one that was not.
 * Undefined when nobody was turned away lately, or still is.
 */
export function readmittedAt(window: ObservationWindow, now: number): number | undefined {
  if (!window.everUnserved) return undefined
  let servedSince: number | undefined
  let served = 0
  let turnedAway = false
  window.eachNewestFirst('canary', now, o => {
    const admission = admissionOf(o)
    if (admission === 'unserved') {
      turnedAway = true
      return false
    }
    if (admission === 'inconclusive') return
    servedSince = o.at
    served++
  })
  return turnedAway && served >= 3 ? servedSince : undefined
}

/** Another way in that was answered while callers were turned away: served if there is one, else just alive. */
function openLane(window: ObservationWindow, since: number, now: number) {
  const other = (['exempt-canary', 'metrics', 'inventory', 'livez', 'readyz'] as const).flatMap(probe =>
    window.recent(probe, since, now).filter(o => o.outcome === 'answer' && o.status !== 429),
  )
  const exempt = other.filter(o => o.probe === 'exempt-canary' && admissionOf(o) === 'served').at(-1)
  const alive = exempt ?? other.at(-1)
  if (!alive) return undefined
  const served = exempt !== undefined
  const what = served ? `lane ${alive.laneId} is served` : `${alive.probe} answers on lane ${alive.laneId}`
  return { served, at: alive.at, text: `${what} in ${seconds(alive.durationMs)}` }
}

function codeOf(o: Observation): ReasonCode {
  if (o.status === 429) return 'canary.rejected'
  if (o.outcome === 'answer') return 'canary.errors'
  return o.outcome === 'timeout' ? 'canary.timeout' : 'canary.unreachable'
}

/** "4 rejected (429), 2 without an answer within 16 s". */
function howTurnedAway(tries: readonly Observation[]): string {
  const ways = new Map<string, number>()
  for (const o of tries) {
    const way =
      o.status === 429
        ? 'rejected (429)'
        : o.outcome === 'answer'
          ? `failed (${o.status})`
          : o.outcome === 'timeout'
            ? 'without an answer in time'
            : o.outcome === 'refused'
              ? 'refused'
              : `without a connection (${o.outcome})`
    ways.set(way, (ways.get(way) ?? 0) + 1)
  }
  if (ways.size === 1) return `all ${[...ways.keys()][0]}`
  return [...ways].map(([way, n]) => `${n} ${way}`).join(', ')
}

export function severityOf(pushes: Finding['pushes']): Finding['severity'] {
  return pushes === 'Healthy' ? 'info' : pushes === 'Strained' ? 'warn' : 'critical'
}

/** Worth telling, though it is no trouble of the cluster. */
export function notice(code: ReasonCode, text: string, at: number): Finding {
  return { code, severity: 'info', pushes: 'Healthy', text, firstAt: at }
}
