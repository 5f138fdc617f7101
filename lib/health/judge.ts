import type { ProbeName } from '../probe/types'
import { admissionOf, endedAt, isOurDelay } from './admission'
import { findCanary, notice, readmittedAt } from './find-canary'
import { findServers } from './find-servers'
import { seconds } from './in-words'
import { likelyCause } from './likely-cause'
import { nextState } from './next-state'
import type { Finding, Reason, Sight, Verdict } from './types'
import type { ObservationWindow } from './window'

/** Six intervals of the canary, or one with the longest Retry-After. */
const STALE_MS = 90_000
/** Each of three API servers is scraped every 135 s. */
const PRESSURE_FRESH_MS = 150_000
/** Twice in this time shows that a lane answers, and not that one request slipped through. */
const ANSWERS_MS = 40_000
const MAX_REASONS = 12
const WEIGHT = { info: 0, warn: 1, critical: 2 }
const RANK: Record<Finding['pushes'], number> = {
  Healthy: 0,
  Strained: 1,
  Overloaded: 2,
  LockedOut: 3,
  Dark: 4,
}

/**
 * The verdict on one control plane, a pure function of the evidence, the time and the verdict before.
 * Trouble is entered at once, on evidence that takes more than one try; it is left slowly. Missing data is Unknown.
 */
export function judge(window: ObservationWindow, now: number, previous?: Verdict): Verdict {
  const findings = gatherFindings(window, now, previous)
  const sight = see(window, findings, now)
  const answers = previous?.state === 'Dark' ? countAnswers(window, now) : 0
  const { state, since, calmerSince } = nextState({ ...sight, answers }, now, previous)
  if (state === 'Recovering') {
    const text = `was in trouble; callers are admitted again for ${seconds(now - since)}, not yet calm for 3 min`
    findings.push(notice('recovery.watching', text, since))
  }
  return {
    state,
    since,
    reasons: toReasons(findings),
    evidenceAt: window.evidenceAt,
    cause:
      state === 'Healthy' || state === 'Unknown'
        ? undefined
        : likelyCause(findings, window.replicas(now), previous),
    calmerSince,
  }
}

function gatherFindings(window: ObservationWindow, now: number, previous?: Verdict): Finding[] {
  const { evidenceAt, newest } = window
  if (!newest) return [notice('data.missing', 'nothing has been observed yet', now)]
  if (evidenceAt === undefined || now - evidenceAt > STALE_MS) {
    const own = newest.outcome === 'tls' || newest.outcome === 'credentials'
    if (own && now - endedAt(newest) <= STALE_MS)
      return [
        notice('lane.credentials', `no lane can be used (${newest.outcome}): ${newest.detail}`, newest.at),
      ]
    if (isOurDelay(newest)) {
      const late = `Holdfast itself is late by ${seconds(newest.lagMs ?? 0)}: its timeouts prove nothing`
      return [notice('watcher.lagging', late, newest.at)]
    }
    const text =
      evidenceAt === undefined
        ? 'nothing conclusive has been observed yet'
        : `the newest evidence is ${seconds(now - evidenceAt)} old`
    return [notice('data.stale', text, evidenceAt ?? now)]
  }
  return [
    ...findCanary(window, now, previous?.state),
    ...findServers(window, now, previous),
    ...worstPerCode(findPressures(window, now)),
  ]
}

/** Counters that also cover the time before callers were admitted again tell of what was, not of what is. */
function findPressures(window: ObservationWindow, now: number): Finding[] {
  const pressures = window
    .replicas(now)
    .flatMap(({ pressure }) => (pressure && pressure.findings.length > 0 ? pressure : []))
    .filter(({ load }) => now - load.at <= PRESSURE_FRESH_MS)
  if (pressures.length === 0) return []
  const readmitted = readmittedAt(window, now) ?? Number.NEGATIVE_INFINITY
  return pressures.flatMap(({ load, findings }) =>
    load.at - load.seconds * 1000 < readmitted ? findings.map(easing) : findings,
  )
}

function easing(finding: Finding): Finding {
  return finding.pushes === 'Overloaded' ? { ...finding, pushes: 'Strained', severity: 'warn' } : finding
}

function see(window: ObservationWindow, findings: Finding[], now: number): Omit<Sight, 'answers'> {
  const { evidenceAt } = window
  const fresh = evidenceAt !== undefined && now - evidenceAt <= STALE_MS
  const tries = window.recent('canary', now - STALE_MS, now).filter(o => admissionOf(o) !== 'inconclusive')
  let admitted = 0
  while (
    admitted < tries.length &&
    admissionOf(tries[tries.length - 1 - admitted] as (typeof tries)[0]) === 'served'
  )
    admitted++
  const admittedSince = admitted > 0 ? tries[tries.length - admitted]?.at : undefined
  const worst = findings.reduce(
    (a, b) => (RANK[b.pushes] > RANK[a.pushes] ? b : a),
    notice('data.missing', '', now),
  )
  // Green probes alone never make a cluster healthy: they are served while users starve.
  const blind = worst.pushes === 'Healthy' && !tries.some(o => admissionOf(o) === 'served')
  const told = findings.some(f => f.code === 'canary.unauthorised' || f.code === 'lane.credentials')
  if (blind && fresh && !told)
    findings.push(
      notice(
        'canary.missing',
        'no ordinary identity was served lately: whether callers are admitted is not known',
        now,
      ),
    )
  if (!fresh || blind) return { state: 'Unknown', firstAt: evidenceAt ?? now, admitted, admittedSince }
  const same = findings.filter(f => f.pushes === worst.pushes)
  const firstAt = worst.pushes === 'Healthy' ? (tries[0]?.at ?? now) : Math.min(...same.map(f => f.firstAt))
  return { state: worst.pushes, firstAt, admitted, admittedSince }
}

function countAnswers(window: ObservationWindow, now: number): number {
  const probes: ProbeName[] = ['readyz', 'livez', 'canary', 'exempt-canary', 'metrics', 'inventory']
  const recent = probes.flatMap(probe => window.recent(probe, now - ANSWERS_MS, now))
  return recent.filter(o => o.outcome === 'answer').length
}

/** Of several API servers the worst is told, never a mean. */
function worstPerCode(findings: Finding[]): Finding[] {
  const worst = new Map<string, Finding>()
  for (const finding of findings) {
    const known = worst.get(finding.code)
    if (!known || RANK[finding.pushes] > RANK[known.pushes]) worst.set(finding.code, finding)
  }
  return [...worst.values()]
}

function toReasons(findings: Finding[]): Reason[] {
  return [...findings]
    .sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity] || RANK[b.pushes] - RANK[a.pushes])
    .slice(0, MAX_REASONS)
    .map(({ code, severity, text }) => ({ code, severity, text }))
}
