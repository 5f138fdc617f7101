import { endedAt, isOwnTrouble } from './admission'
import { notice, severityOf } from './find-canary'
import { count, named, seconds } from './in-words'
import { measureWaits, RECENT_MS, SUSTAINED_MS } from './measure-waits'
import type { ControlPlaneState, Finding, Reason, Verdict } from './types'
import { isDirect, type LaneHistory, type ObservationWindow } from './window'

const DARK_MS = 30_000
/** A lane that answers now and then must not make the verdict swing between locked out and dark. */
const DARK_AFTER_LOCK_OUT_MS = 60_000
/** A lane that refused twice, or timed out three times, in a row is lost; one that was not asked lately says nothing. */
const REFUSED_TRIES = 2
const TIMED_OUT_TRIES = 3
const LANE_FRESH_MS = 3 * 60_000

/** What the servers themselves show: silence, failing checks, lost addresses, restarts. */
export function findServers(window: ObservationWindow, now: number, previous?: Verdict): Finding[] {
  const before = previous?.state
  return [
    ...findSilence(window, now, before === 'LockedOut' ? DARK_AFTER_LOCK_OUT_MS : DARK_MS),
    ...findChecks(window, now, previous),
    ...findSlowReadyz(window, now, before),
    ...findLostServers(window, now),
    ...findRestarts(window, now),
    ...findUnreadable(window, now),
  ]
}

/** Dark: nothing answered for so long, on any lane, whatever was asked. */
function findSilence(window: ObservationWindow, now: number, darkMs: number): Finding[] {
  const { silentSince, silent, evidenceAt, newest } = window
  if (
    silentSince === undefined ||
    evidenceAt === undefined ||
    silent < 2 ||
    evidenceAt - silentSince < darkMs
  )
    return []
  const how = newest ? ` (${newest.outcome})` : ''
  const text = `no lane has answered for ${seconds(now - silentSince)}, ${count(silent, 'try', 'tries')}${how}`
  return [{ code: 'cluster.silent', severity: 'critical', pushes: 'Dark', text, firstAt: silentSince }]
}

/**
 * Checks that fail more than once. Every other one makes an overload; once it has, one within two minutes keeps it:
 * how many of four tries fail is a matter of luck, that eight of them pass is not.
 */
function findChecks(window: ObservationWindow, now: number, previous?: Verdict): Finding[] {
  const findings: Finding[] = []
  const held = previous?.state === 'Overloaded' && previous.reasons.some(isFailingStore)
  for (const probe of ['readyz', 'livez'] as const) {
    const since = now - (held ? SUSTAINED_MS : RECENT_MS)
    // Hardly ever is there one, and every cluster is judged each second.
    if ((window.failedAt(probe) ?? 0) < since) continue
    const recent = window.recent(probe, since, now)
    const failing = recent.filter(o => o.outcome === 'answer' && o.status >= 500)
    const [first] = failing
    if (first && failing.length >= (held ? 1 : 2)) {
      const checks = [...new Set(failing.flatMap(o => o.failedChecks ?? []))]
      const etcd = checks.some(check => check.startsWith('etcd'))
      const names = checks.length > 0 ? `: ${checks.slice(0, 4).map(named).join(', ')}` : ''
      const pushes = etcd && (held || failing.length >= recent.length / 2) ? 'Overloaded' : 'Strained'
      const text = `/${probe} failed ${count(failing.length, 'time')} within ${held ? '2 min' : 'a minute'}${names}`
      const code = etcd ? 'etcd.failing' : probe === 'readyz' ? 'readyz.failing' : 'livez.failing'
      findings.push({ code, severity: severityOf(pushes), pushes, text, firstAt: first.at })
    }
  }
  return findings
}

function isFailingStore({ code, severity }: Reason): boolean {
  return code === 'etcd.failing' && severity === 'critical'
}

/** `/readyz` stays 200 while a server drowns, so its latency counts as well (measured on kube-apiserver 1.20.2). */
function findSlowReadyz(window: ObservationWindow, now: number, before?: ControlPlaneState): Finding[] {
  const tries = window.recent('readyz', now - SUSTAINED_MS, now).filter(o => !isOwnTrouble(o))
  const waits = measureWaits(tries, now, before)
  if (!waits) return []
  const text = `/readyz takes ${seconds(waits.p50)}`
  return [{ code: 'readyz.slow', severity: 'warn', pushes: 'Strained', text, firstAt: waits.firstAt }]
}

/** One address of several does not answer: a zone or a server is gone, and the others carry its load. */
function findLostServers(window: ObservationWindow, now: number): Finding[] {
  const direct = window
    .lanes()
    .filter(lane => isDirect(lane.laneId) && now - endedAt(lane.newest) <= LANE_FRESH_MS)
  const lost = direct.filter(isLost)
  const rest = direct.length - lost.length
  if (lost.length === 0 || rest === 0) return []
  const since = Math.min(...lost.map(lane => lane.silentSince ?? now))
  const names = lost.slice(0, 3).map(lane => `${named(lane.laneId)} (${lane.newest.outcome})`)
  const text = `${names.join(', ')} ${lost.length === 1 ? 'does' : 'do'} not answer for ${seconds(now - since)}; ${count(rest, 'other API server')} ${rest === 1 ? 'does' : 'do'}`
  return [
    {
      code: 'zone.lost',
      severity: lost.length > rest ? 'critical' : 'warn',
      pushes: 'Strained',
      text,
      firstAt: since,
    },
  ]
}

function isLost(lane: LaneHistory): boolean {
  const waited = lane.newest.outcome === 'timeout' || lane.newest.outcome === 'connect-timeout'
  return lane.silent >= (waited ? TIMED_OUT_TRIES : REFUSED_TRIES)
}

/** Crash loops of API servers come round within this time (kubelet's back-off is at most 5 min, usually far less). */
const RESTARTING_MS = 3 * 60_000

function findRestarts(window: ObservationWindow, now: number): Finding[] {
  const restarts = window.restarts(now)
  const newest = Math.max(...restarts)
  const [first] = restarts
  if (first === undefined) return []
  const text = `API server restarted ${count(restarts.length, 'time')} within 10 min, last ${seconds(now - newest)} ago`
  // Restarts that have stopped are told, but hold no recovery back.
  if (restarts.length < 2 || now - newest > RESTARTING_MS) return [notice('server.restarted', text, first)]
  return [{ code: 'server.restarted', severity: 'warn', pushes: 'Strained', text, firstAt: first }]
}

function findUnreadable(window: ObservationWindow, now: number): Finding[] {
  const { metrics } = window
  if (!metrics || metrics.status < 400 || metrics.status === 429 || metrics.status >= 500) return []
  return [
    notice(
      'metrics.unreadable',
      `metrics cannot be read (${metrics.status}): load and its causes are not seen`,
      now,
    ),
  ]
}
