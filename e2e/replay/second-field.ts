import { Worker } from 'node:worker_threads'
import type { Clock } from '../../lib/clock/clock'
import type { Lane } from '../../lib/fleet/types'
import type { ClusterClient, KubeRequest, KubeResult } from '../../lib/kube/types'
import type { ProbeMood } from '../../lib/probe/types'
import type { Advance, Advanced, FieldCall } from './field-messages'

/** After a write more of them are likely: so long the fields meet more often. Reads can wait for a second. */
const LIVELY_MS = 10_000
const LIVELY_STEP_MS = 200
const STEP_MS = 1_000

/**
 * The second field of a replay, seen from the first: it runs a step beside it, then both wait for each other, so that
 * a run is the same each time. Requests to its clusters begin and end at the steps: 0.2 s apart while there are any.
 */
export class SecondField implements ClusterClient {
  /** Sums since the start. */
  totals = { requests: 0, bytes: 0, simulatorMs: 0 }
  readonly #worker: Worker
  readonly #waiting = new Map<number, (answer: KubeResult | boolean) => void>()
  #calls: FieldCall[] = []
  #left: number[] = []
  #moods: Advance['moods'] = []
  #next = 1
  #livelyUntil = 0
  #arrived: { resolve: (told: Advanced) => void; reject: (error: unknown) => void } | undefined

  /** @param entry module that calls `serveField` when it is run with `argv` as a worker */
  constructor(
    private readonly clock: Clock,
    entry: string,
    argv: string[],
  ) {
    this.#worker = new Worker(entry, { argv, resourceLimits: { maxYoungGenerationSizeMb: 192 } })
    this.#worker.on('message', (told: Advanced) => this.#arrived?.resolve(told))
    this.#worker.on('error', error => this.#arrived?.reject(error))
  }

  /** Epoch ms of the next meeting, at most a second after `now`. */
  nextMeeting(now: number): number {
    const step = now < this.#livelyUntil ? LIVELY_STEP_MS : STEP_MS
    return (Math.floor(now / step) + 1) * step
  }

  demand(clusterId: string, mood: ProbeMood): void {
    this.#moods.push({ clusterId, mood })
  }

  /** Lets it run on; `meanwhile` is done beside it. Answers of its clusters are given when both are there. */
  async advance(
    until: number,
    second: number | undefined,
    meanwhile: () => Promise<void>,
  ): Promise<Advanced> {
    const arrival = new Promise<Advanced>((resolve, reject) => {
      this.#arrived = { resolve, reject }
    })
    const message: Advance = { until, second, moods: this.#moods, calls: this.#calls, left: this.#left }
    this.#worker.postMessage(message)
    this.#moods = []
    this.#calls = []
    this.#left = []
    const [told] = await Promise.all([arrival, meanwhile()])
    this.totals = { requests: told.requests, bytes: told.bytes, simulatorMs: told.simulatorMs }
    for (const { id, answer } of told.answers) {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    }
    return told
  }

  async request(lane: Lane, { signal, onChunk, ...request }: KubeRequest): Promise<KubeResult> {
    if (onChunk) throw new Error('answers of the second field are not streamed')
    const startedAt = this.clock.now()
    const answer = await this.#call(lane, request, signal)
    return { ...(answer as KubeResult), startedAt, durationMs: this.clock.now() - startedAt }
  }

  async knock(lane: Lane): Promise<boolean> {
    return (await this.#call(lane, 'knock')) as boolean
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #call(lane: Lane, request: FieldCall['request'], signal?: AbortSignal): Promise<KubeResult | boolean> {
    const id = this.#next++
    if (request !== 'knock' && request.method !== 'GET') this.#livelyUntil = this.clock.now() + LIVELY_MS
    this.#calls.push({ id, server: lane.endpoint.server, laneId: lane.id, request })
    const leave = () => this.#left.push(id)
    if (signal?.aborted) leave()
    else signal?.addEventListener('abort', leave, { once: true })
    return new Promise(resolve => {
      this.#waiting.set(id, answer => {
        signal?.removeEventListener('abort', leave)
        resolve(answer)
      })
    })
  }
}
