import type { Clock } from '../../lib/clock/clock'
import type { Lane } from '../../lib/fleet/types'
import { describeAnswer } from '../../lib/kube/classify-status'
import { parseRetryAfter } from '../../lib/kube/retry-after'
import type { ClusterClient, KubeOutcome, KubeRequest, KubeResult } from '../../lib/kube/types'
import { beginRequest, type RequestStart } from '../../lib/simulator/api/handle-request'
import type { ApiAnswer } from '../../lib/simulator/api/types'
import type { SimulatedDoors } from './simulated-doors'
import type { SimulatorMeter } from './simulator-meter'

const DEFAULT_MAX_BYTES = 4 << 20

interface Traffic {
  requests: number
  /** Of answers, before compression. */
  bytes: number
}

/**
 * Requests to a simulated fleet without sockets. Each takes the simulated time that it would take over the network:
 * a write takes effect shortly before its answer, so a caller that leaves early may have been heard.
 */
export class SimulatedClient implements ClusterClient {
  readonly traffic: Traffic = { requests: 0, bytes: 0 }

  constructor(
    private readonly clock: Clock,
    private readonly doors: SimulatedDoors,
    private readonly meter: SimulatorMeter,
  ) {}

  async request(lane: Lane, request: KubeRequest): Promise<KubeResult> {
    const startedAt = this.clock.now()
    this.traffic.requests++
    const failed = (outcome: KubeOutcome, detail: string): KubeResult => ({
      ...this.#result(lane, startedAt, outcome),
      detail,
    })
    if (request.signal?.aborted) return failed('aborted', 'the caller has left')
    if (!this.#listens(lane)) return failed('refused', 'connection refused')
    const start = this.#begin(lane, request)
    try {
      if ('outcome' in start) {
        // The balancer took the connection, and has nobody to give it to.
        await this.clock.sleep(Math.min(start.latencyMs, request.timeoutMs), request.signal)
        return failed('reset', 'the connection was cut')
      }
      const { latencyMs } = start
      // A read changes nothing, so it does not matter when it is done: it waits once.
      const landsAfterMs = request.method === 'GET' ? latencyMs : start.landsAfterMs
      const timedOut = () => failed('timeout', `no answer within ${request.timeoutMs} ms`)
      await this.clock.sleep(Math.min(landsAfterMs, request.timeoutMs), request.signal)
      if (landsAfterMs > request.timeoutMs) return timedOut()
      const answer = this.meter.run(start.finish)
      if (landsAfterMs < latencyMs)
        await this.clock.sleep(Math.min(latencyMs, request.timeoutMs) - landsAfterMs, request.signal)
      return latencyMs > request.timeoutMs ? timedOut() : this.#answered(lane, request, startedAt, answer)
    } catch (error) {
      if (request.signal?.aborted) return failed('aborted', 'the caller has left')
      throw error
    }
  }

  async knock(lane: Lane, _timeoutMs: number): Promise<boolean> {
    return this.#listens(lane)
  }

  async close(): Promise<void> {}

  /** A balancer always listens; a server's own address only while its process lives. */
  #listens(lane: Lane): boolean {
    const { cluster, server } = this.doors.doorOf(lane)
    return server === 'balanced' || (cluster.model.servers[server]?.up ?? false)
  }

  #begin(lane: Lane, request: KubeRequest): RequestStart {
    const { method, path, body, contentType = 'application/json', accept = 'application/json' } = request
    const { cluster, server } = this.doors.doorOf(lane)
    const headers = { accept, ...(body === undefined ? {} : { 'content-type': contentType }) }
    const text = body === undefined ? undefined : JSON.stringify(body)
    const identity = this.doors.identityOf(lane)
    return this.meter.run(() =>
      beginRequest(cluster, { server, identity, method, path, headers, body: text }),
    )
  }

  #answered(lane: Lane, request: KubeRequest, startedAt: number, answer: ApiAnswer): KubeResult {
    const whole = typeof answer.body === 'string' ? answer.body : [...answer.body].join('')
    const bytes = Buffer.byteLength(whole)
    this.traffic.bytes += bytes
    const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES
    const truncated = bytes > maxBytes
    const text = truncated ? Buffer.from(whole).subarray(0, maxBytes).toString() : whole
    const streamed = request.onChunk !== undefined && answer.status >= 200 && answer.status < 300
    if (streamed) request.onChunk?.(Buffer.from(text))
    return {
      ...this.#result(lane, startedAt, 'answer'),
      status: answer.status,
      headers: answer.headers,
      body: streamed ? '' : text,
      truncated,
      bytes,
      retryAfterMs: parseRetryAfter(answer.headers['retry-after'], answer.headers.date, this.clock.now()),
      detail: describeAnswer(answer.status, text),
    }
  }

  #result(lane: Lane, startedAt: number, outcome: KubeOutcome): KubeResult {
    return {
      outcome,
      laneId: lane.id,
      startedAt,
      durationMs: this.clock.now() - startedAt,
      status: 0,
      headers: {},
      body: '',
      truncated: false,
      bytes: 0,
      detail: '',
    }
  }
}
