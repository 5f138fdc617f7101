import { createGunzip, type Gunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import type { Clock } from '../clock/clock'
import { DeadlineExceeded } from '../clock/deadline'
import { classifyFailure, type Failure, KubeFailure } from './classify-failure'
import { describeAnswer } from './classify-status'
import { parseRetryAfter } from './retry-after'
import type { KubeRequest, KubeResult } from './types'

const MAX_BODY = 4 * 1024 * 1024
const MAX_STREAMED = 64 * 1024 * 1024
const GUNZIP_CHUNK = 128 * 1024

/** One request on its way through undici: collects the answer, bounds it, and settles exactly once. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly result: Promise<KubeResult>
  /** The request was handed to a socket. */
  started = false
  readonly #startedAt: number
  readonly #maxBytes: number
  #resolve: (result: KubeResult) => void = () => {}
  #settled = false
  #makingCredentials = false
  #controller: Dispatcher.DispatchController | undefined
  #gunzip: Gunzip | undefined
  #status = 0
  #headers: Record<string, string> = {}
  #chunks: Buffer[] = []
  #length = 0
  #bytes = 0
  #streaming = false

  constructor(
    private readonly clock: Clock,
    private readonly laneId: string,
    private readonly request: KubeRequest,
  ) {
    this.#startedAt = clock.now()
    this.#maxBytes = request.maxBytes ?? (request.onChunk ? MAX_STREAMED : MAX_BODY)
    this.result = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  get settled(): boolean {
    return this.#settled
  }

  get status(): number {
    return this.#status
  }

  /** Marks what the attempt waits for, so that a deadline is blamed on the plugin and not on the network. */
  async whileMakingCredentials<T>(work: Promise<T>): Promise<T> {
    this.#makingCredentials = true
    const made = await work
    this.#makingCredentials = false
    return made
  }

  /** Ends the attempt from outside: deadline, abort by the caller, or a failure before anything was sent. */
  fail(reason: unknown): void {
    this.#end(
      reason instanceof DeadlineExceeded
        ? this.#lateness(reason.afterMs)
        : classifyFailure(reason, this.started),
    )
  }

  #lateness(afterMs: number): Failure {
    if (this.#makingCredentials)
      return { outcome: 'credentials', detail: `no credentials within ${afterMs} ms` }
    if (!this.started) return { outcome: 'connect-timeout', detail: `no connection within ${afterMs} ms` }
    if (this.#status === 0) return { outcome: 'timeout', detail: `no answer within ${afterMs} ms` }
    return {
      outcome: 'timeout',
      detail: `HTTP ${this.#status}, but its body did not end within ${afterMs} ms`,
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown here the request is dropped unsent and the new connection stays for the next one; `abort` would close it.
    if (this.#settled) throw new Error('given up while waiting for a connection')
    this.started = true
    this.#controller = controller
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return
    this.#status = status
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = Array.isArray(value) ? value.join(', ') : value
    }
    this.#streaming = this.request.onChunk !== undefined && status < 300
    if (this.#headers['content-encoding'] === 'gzip') this.#gunzip = this.#startGunzip(controller)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#bytes += chunk.length
    if (!this.#gunzip) this.#take(chunk)
    else if (!this.#gunzip.write(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#settled) return
    if (this.#gunzip) this.#gunzip.end()
    else this.#answer(false)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#settled) this.#end(classifyFailure(error, this.started))
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    controller.abort(new KubeFailure('reset', 'the server switched to another protocol'))
  }

  #startGunzip(controller: Dispatcher.DispatchController): Gunzip {
    const gunzip = createGunzip({ chunkSize: GUNZIP_CHUNK })
    gunzip.on('data', (chunk: Buffer) => this.#take(chunk))
    gunzip.on('drain', () => controller.resume())
    gunzip.on('end', () => this.#answer(false))
    gunzip.on('error', () =>
      this.#end({ outcome: 'reset', detail: `HTTP ${this.#status}, but its gzip body is damaged` }),
    )
    return gunzip
  }

  #take(chunk: Buffer): void {
    if (this.#settled) return
    const room = this.#maxBytes - this.#length
    const piece = chunk.length > room ? chunk.subarray(0, room) : chunk
    this.#length += piece.length
    if (this.#streaming) this.#hand(piece)
    else this.#chunks.push(piece)
    if (chunk.length > room) this.#answer(true)
  }

  #hand(piece: Buffer): void {
    try {
      this.request.onChunk?.(piece)
    } catch (error) {
      const what = error instanceof Error ? error.message : 'unknown error'
      this.#end({ outcome: 'reset', detail: `HTTP ${this.#status}, but its body could not be read: ${what}` })
    }
  }

  #answer(truncated: boolean): void {
    const body = this.#chunks.length === 0 ? '' : Buffer.concat(this.#chunks).toString('utf8')
    this.#end({ outcome: 'answer', detail: describeAnswer(this.#status, body) }, body, truncated)
  }

  #end(failure: Failure, body = '', truncated = false): void {
    if (this.#settled) return
    this.#settled = true
    const answered = failure.outcome === 'answer'
    const now = this.clock.now()
    if (!answered || truncated) this.#controller?.abort(new Error(failure.detail))
    if (this.#gunzip) this.#gunzip.destroy()
    this.#chunks = []
    const retryAfterMs = answered
      ? parseRetryAfter(this.#headers['retry-after'], this.#headers.date, now)
      : undefined
    const result: KubeResult = {
      outcome: failure.outcome,
      laneId: this.laneId,
      startedAt: this.#startedAt,
      durationMs: Math.max(0, now - this.#startedAt),
      status: answered ? this.#status : 0,
      headers: this.#headers,
      body,
      truncated,
      bytes: this.#bytes,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      detail: failure.detail,
    }
    if (!answered) this.#resolve(result)
    // undici frees a connection one turn after its answer; who asks again at once should find it free.
    else queueMicrotask(() => setImmediate(this.#resolve, result))
  }
}
