import type { Clock } from '../clock/clock'
import type { Lane } from '../fleet/types'
import type { ClusterClient, KubeOutcome, KubeRequest, KubeResult } from '../kube/types'
import { createPolicy } from './landing-policy'
import type {
  AttemptKind,
  CanaryHint,
  Classify,
  LandingCommand,
  LandingEvent,
  LandingVerdict,
} from './landing-terms'
import type { RateLimit } from './rate-limit'
import type { Attempt } from './types'

/** Whether a request may leave now: `hold` asks again in a second, `stop` ends the sending. */
export type Gate = () => 'send' | 'hold' | 'stop'

export interface DriveInput {
  clock: Clock
  client: ClusterClient
  rng: () => number
  handshakes: RateLimit
  lanes: readonly Lane[]
  hint?: CanaryHint
  /** Epoch ms after which nothing is sent. */
  horizonAt: number
  request: Pick<KubeRequest, 'method' | 'path' | 'body' | 'contentType'>
  classify: Classify
  /** Several lanes at once; false for writes that are a LIST inside. */
  hedge: boolean
  gate: Gate
  /** Cancels what is under way and ends the drive. */
  signal: AbortSignal
  /** Right before a request leaves. */
  onSend?: () => void
  onAttempt?: (attempt: Attempt) => void
}

export interface DriveResult {
  verdict: LandingVerdict
  /** The answer that decided. */
  result?: KubeResult
}

const HOLD_MS = 1_000
const KNOCK_MS = 1_000
/** Bodies are Status objects or one object; the longest of these that matter are a few kilobytes. */
const MAX_BODY_BYTES = 1 << 20

const KIND: Record<KubeOutcome, AttemptKind> = {
  answer: 'answer',
  timeout: 'timeout',
  reset: 'reset',
  refused: 'refused',
  'connect-timeout': 'connect-timeout',
  // None of these reached the server: wait a little and try again, credentials and names come back too.
  'name-lookup': 'connect-timeout',
  tls: 'connect-timeout',
  credentials: 'connect-timeout',
  aborted: 'timeout',
}

/**
 * Carries a landing policy out over real lanes until it is done. What a cluster does is never an error.
 * @throws whatever the client threw although it must not
 */
export function driveWrite(input: DriveInput): Promise<DriveResult> {
  const { clock, client, gate, signal } = input
  const policy = createPolicy(
    {
      lanes: input.lanes.map(({ id, kind }) => ({ id, kind, balanced: kind !== 'direct' })),
      hint: input.hint,
      rng: input.rng,
      horizonMs: input.horizonAt,
    },
    { classify: input.classify, hedge: input.hedge },
  )
  const lanes = new Map(input.lanes.map(lane => [lane.id, lane]))
  const warm = new Set<string>()
  const ended = new AbortController()
  const within = AbortSignal.any([ended.signal, signal])

  return new Promise<DriveResult>((resolve, reject) => {
    let wakeAt = Number.POSITIVE_INFINITY
    let wakes = new AbortController()
    let deciding: KubeResult | undefined

    const feed = (event: LandingEvent) => carryOut(policy.on(event, clock.now()))

    function carryOut(commands: LandingCommand[]): void {
      for (const command of commands) {
        if (command.type === 'done') {
          finish(command.verdict)
          return
        }
        if (command.type === 'wake') wakeUp(command.atMs)
        const lane = command.type === 'wake' ? undefined : lanes.get(command.lane)
        if (command.type === 'probe' && lane) probe(lane).catch(fail)
        if (command.type === 'send' && lane) {
          send(lane, command.timeoutMs, command.connectTimeoutMs).catch(fail)
        }
      }
    }

    function finish(verdict: LandingVerdict): void {
      ended.abort(new Error('decided'))
      signal.removeEventListener('abort', stop)
      wakes.abort(new Error('decided'))
      resolve({ verdict, result: deciding })
    }

    /** A fault of ours, not of the cluster: whoever runs the shot tries again. */
    function fail(error: unknown): void {
      ended.abort(error)
      signal.removeEventListener('abort', stop)
      wakes.abort(error)
      reject(error)
    }

    const stop = () => feed({ type: 'stop', reason: 'stopped' })

    /** Only the earliest wake counts; each event makes the policy say again when it wants to be woken. */
    function wakeUp(atMs: number): void {
      if (atMs >= wakeAt && wakeAt > clock.now()) return
      wakeAt = atMs
      wakes.abort(new Error('superseded'))
      wakes = new AbortController()
      clock
        .sleep(atMs - clock.now(), wakes.signal)
        .then(
          () => {
            wakeAt = Number.POSITIVE_INFINITY
            feed({ type: 'wake' })
          },
          // Superseded or ended: another wake was set, or none is needed.
          () => {},
        )
        .catch(fail)
    }

    async function probe(lane: Lane): Promise<void> {
      const open = await client.knock(lane, KNOCK_MS)
      if (!within.aborted) feed({ type: 'probe', lane: lane.id, open })
    }

    async function send(lane: Lane, timeoutMs: number, connectTimeoutMs: number): Promise<void> {
      if (!warm.has(lane.id)) {
        try {
          await input.handshakes.take(within)
        } catch {
          return // The shot ended while it waited.
        }
      }
      for (;;) {
        if (within.aborted) return
        const may = gate()
        if (may === 'stop') return stop()
        if (may === 'send') break
        try {
          await clock.sleep(HOLD_MS, within)
        } catch {
          return // The shot ended meanwhile.
        }
        if (clock.now() >= input.horizonAt) return feed({ type: 'wake' })
      }
      // Nothing may be awaited between the gate and the client.
      input.onSend?.()
      const result = await client.request(lane, {
        ...input.request,
        timeoutMs,
        connectTimeoutMs,
        maxBytes: MAX_BODY_BYTES,
        signal: within,
      })
      if (within.aborted) return
      const kind = KIND[result.outcome]
      if (kind === 'answer') warm.add(lane.id)
      else warm.delete(lane.id)
      input.onAttempt?.({
        at: result.startedAt,
        lane: lane.id,
        outcome: result.outcome,
        status: result.status,
        durationMs: result.durationMs,
      })
      deciding = result
      feed({
        type: 'result',
        lane: lane.id,
        kind,
        status: result.status,
        sent: !['connect-timeout', 'refused', 'name-lookup', 'tls', 'credentials'].includes(result.outcome),
        retryAfterMs: result.retryAfterMs,
        latencyMs: result.durationMs,
        body: result.truncated ? undefined : result.body,
      })
    }

    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    else carryOut(policy.start(clock.now()))
  })
}
