import type { Clock } from '../clock/clock'
import type { ClusterClient, KubeResult } from '../kube/types'
import type { Actuators } from './actuators/actuator'
import { ACTUATOR_LANE, clientOf } from './actuators/actuator-client'
import { classifierFor, classifyLook, lookPath, readLook } from './classify-outcome'
import { type DriveResult, driveWrite, type Gate } from './drive-write'
import { callerFigures } from './judge-callers'
import type { ClusterFacts, TargetSource } from './ports'
import type { RateLimit } from './rate-limit'
import { nextShot, type ShotEvent } from './shot-machine'
import type { ShotChange, ShotRow } from './store'
import type { Attempt, ClusterFigures, StopReason } from './types'

export interface RunShotDeps {
  clock: Clock
  client: ClusterClient
  /** Without them a shot at an actuator is refused. */
  actuators?: Actuators
  source: TargetSource
  rng: () => number
  handshakes: RateLimit
  /** Writes under the fence; false when the shot is no longer ours. */
  write(change: ShotChange): Promise<boolean>
  leaseValid(): boolean
  /** Asked before each send; false holds the shot until it is true again or the approval ends. */
  stillWanted(shot: ShotRow): boolean
  /** Attempts in memory, for whoever watches; nothing is written for them. */
  onProgress(shot: ShotRow): void
  onChanged(shot: ShotRow): void
}

/** How a running shot is told to end. */
export interface ShotControl {
  /** Aborted with the reason: send nothing more, then find out what became of it. */
  stop: AbortSignal
  stopReason(): StopReason
  /** Aborted when the shot is no longer ours: leave everything as it is. */
  lost: AbortSignal
}

/** A handler that outlives its 504 has this much longer before nothing of ours counts as under way. */
const SETTLE_MARGIN_MS = 15_000
const SERVER_TIMEOUT_MS = 60_000
const LOOK_PATIENCE_MS = 30 * 60_000
const CLUSTER_WAIT_MS = 5_000
const KEPT_ATTEMPTS = 5
const MAX_SAID = 500
/** How far back callers are looked at for a figure of a moment; as the canary's hint does. */
const CALLERS_MS = 5 * 60_000

/** Brings one claimed shot to its end, or leaves it to the next owner when it is lost. Never throws. */
export async function runShot(deps: RunShotDeps, claimed: ShotRow, control: ShotControl): Promise<void> {
  const shot: ShotRow = { ...claimed, lastAttempts: [...claimed.lastAttempts] }
  const soFar = () => ({ attempts: shot.attempts, lastAttempts: shot.lastAttempts })

  async function apply(event: ShotEvent): Promise<boolean> {
    const change = nextShot(shot, event, deps.clock.now(), soFar())
    if (!change) return false
    if (shot.effect && event.type !== 'stop') change.set.effect = shot.effect
    if (!(await deps.write(change)) || control.lost.aborted) return false
    Object.assign(shot, change.set, { updatedAt: change.updatedAt })
    deps.onChanged({ ...shot })
    return true
  }

  const onAttempt = (attempt: Attempt) => {
    shot.lastAttempts = [...shot.lastAttempts, attempt].slice(-KEPT_ATTEMPTS)
    deps.onProgress({ ...shot })
  }

  const look = (facts: ClusterFacts) =>
    drive(
      facts,
      { method: 'GET', path: lookPath(shot.write) },
      deps.clock.now() + LOOK_PATIENCE_MS,
      control.lost,
    )

  function drive(
    facts: ClusterFacts,
    request: {
      method: ShotRow['write']['method'] | 'GET'
      path: string
      body?: unknown
      contentType?: string
    },
    horizonAt: number,
    signal: AbortSignal,
  ): Promise<DriveResult> {
    const looking = request.method === 'GET'
    const viaActuator = shot.write.guard === 'actuator'
    const gate: Gate = () => {
      if (signal.aborted) return 'stop'
      if (!deps.leaseValid()) return 'hold'
      return looking || deps.stillWanted(shot) ? 'send' : 'hold'
    }
    return driveWrite({
      clock: deps.clock,
      client: viaActuator ? clientOf(deps, shot, facts) : deps.client,
      rng: deps.rng,
      handshakes: deps.handshakes,
      lanes: viaActuator ? [ACTUATOR_LANE] : facts.cluster.lanes,
      hint: viaActuator ? undefined : facts.canary,
      horizonAt,
      request,
      classify: looking ? classifyLook : classifierFor(shot.write.guard),
      hedge: shot.write.guard !== 'selector' && !viaActuator,
      gate,
      signal,
      // Counted when it leaves: what is under way when the shot is stopped may take effect.
      onSend: looking
        ? undefined
        : () => {
            shot.attempts++
          },
      onAttempt: looking ? undefined : onAttempt,
    })
  }

  async function fire(): Promise<void> {
    const facts = await clusterFacts(deps, shot, AbortSignal.any([control.stop, control.lost]))
    if (!facts) return stopSending()
    shot.effect = { ...shot.effect, before: shot.effect?.before ?? figuresOf(facts, deps.clock.now()) }
    const { method, path, body, contentType } = shot.write
    const signal = AbortSignal.any([control.stop, control.lost])
    const { verdict, result } = await drive(
      facts,
      { method, path, body, contentType },
      shot.expiresAt,
      signal,
    )
    if (control.lost.aborted) return
    const lane = result?.laneId
    if (verdict === 'landed' || verdict === 'superseded' || verdict === 'refused') {
      const detail =
        result && shot.write.guard === 'actuator'
          ? wordsOfActuator(result)
          : detailOf(verdict, result?.status ?? 0, shot)
      await apply({ type: 'end', state: verdict, token: shot.token, lane, detail })
      return
    }
    if (verdict !== 'read-back') return stopSending()
    const seen = await look(facts)
    if (control.lost.aborted) return
    if (!seen.result || seen.verdict !== 'landed') return stopSending()
    const found = readLook(shot.write, seen.result.status, seen.result.body)
    await apply({
      type: 'end',
      state: found === 'in-effect' ? 'landed' : 'superseded',
      token: shot.token,
      lane,
      detail:
        found === 'in-effect'
          ? 'Read back: it is in effect.'
          : 'Read back: something else is there now. Plan again.',
    })
  }

  async function stopSending(): Promise<void> {
    if (control.lost.aborted) return
    const reason = control.stop.aborted ? control.stopReason() : 'expired'
    await apply({ type: 'stop', reason, token: shot.token })
  }

  async function drain(): Promise<void> {
    if (shot.token === 1 && shot.attempts === 0) {
      await apply({
        type: 'settle',
        found: 'not-in-effect',
        token: shot.token,
        detail: 'Nothing was ever sent.',
      })
      return
    }
    const facts = await clusterFacts(deps, shot, control.lost)
    if (!facts) return
    const settleAt =
      (shot.drainingAt ?? deps.clock.now()) + (facts.requestTimeoutMs ?? SERVER_TIMEOUT_MS) + SETTLE_MARGIN_MS
    try {
      await deps.clock.sleep(settleAt - deps.clock.now(), control.lost)
    } catch {
      return // Lost or stopped: whoever owns the shot next settles it.
    }
    for (;;) {
      const seen = await look(facts)
      if (control.lost.aborted) return
      if (!seen.result || seen.verdict !== 'landed') continue
      const found = readLook(shot.write, seen.result.status, seen.result.body)
      await apply({ type: 'settle', found, token: shot.token, detail: SETTLED[found] })
      return
    }
  }

  if (shot.state === 'trying') await fire()
  if (shot.state === 'draining' && !control.lost.aborted) await drain()
}

const SETTLED = {
  'in-effect': 'It had taken effect before it was stopped.',
  'not-in-effect': 'Read back: it did not take effect, and nothing of it is under way.',
  'other-object': 'Read back: another object bears the name.',
  unknown: 'It was stopped while it may have been at work, and its actuator cannot tell what became of it.',
}

/** The fleet may still be loading after a start: wait for the cluster rather than refuse its shot. */
async function clusterFacts(
  deps: RunShotDeps,
  shot: ShotRow,
  signal: AbortSignal,
): Promise<ClusterFacts | undefined> {
  for (;;) {
    if (signal.aborted) return undefined
    const facts = deps.source.cluster(shot.clusterId)
    if (facts && facts.cluster.lanes.length > 0) return facts
    if (shot.state === 'trying' && deps.clock.now() >= shot.expiresAt) return undefined
    try {
      await deps.clock.sleep(CLUSTER_WAIT_MS, signal)
    } catch {
      return undefined // Lost or stopped: the shot stays for its next owner.
    }
  }
}

/** What is known of the cluster at this moment, for before and after. */
export function figuresOf(facts: ClusterFacts, at: number, pods?: ClusterFigures['pods']): ClusterFigures {
  const callers = callerFigures(facts.callers?.(at - CALLERS_MS) ?? [])
  return { at, state: facts.state, canaryP95Ms: facts.canary?.canaryP95Ms, cores: facts.cores, callers, pods }
}

function wordsOfActuator({ status, body }: KubeResult): string {
  const said = body.slice(0, MAX_SAID)
  return `Its actuator ${status === 200 ? 'did it' : 'refused'}${said ? `: ${said}` : '.'}`
}

function detailOf(verdict: 'landed' | 'superseded' | 'refused', status: number, shot: ShotRow): string {
  const tries = `${shot.attempts} ${shot.attempts === 1 ? 'attempt' : 'attempts'}`
  if (verdict === 'landed' && status === 404) return `Gone, by us or somebody else, after ${tries}.`
  if (verdict === 'landed') return `Admitted after ${tries}.`
  if (verdict === 'superseded') return `Answered ${status}: not the object that was planned for. Plan again.`
  const hint =
    status === 401 || status === 403 ? 'no lane has the right to do this' : 'the server does not accept it'
  return `Answered ${status}: ${hint}.`
}
