import type { ProbeCost, ProbeLimits } from './types'

const BUCKET_MS = 10_000
const BUCKETS = 6

/** Counts what one cluster is asked, in six buckets of ten seconds. */
export class CostMeter {
  readonly #requests = new Float64Array(BUCKETS)
  readonly #bytes = new Float64Array(BUCKETS)
  #bucket = 0
  #totalRequests = 0
  #totalBytes = 0

  constructor(private readonly limits: ProbeLimits) {}

  sent(now: number): void {
    this.#turnTo(now)
    this.#requests[this.#slot()] = (this.#requests[this.#slot()] ?? 0) + 1
    this.#totalRequests++
  }

  received(now: number, bytes: number): void {
    this.#turnTo(now)
    this.#bytes[this.#slot()] = (this.#bytes[this.#slot()] ?? 0) + bytes
    this.#totalBytes += bytes
  }

  cost(now: number, inFlight: number): ProbeCost {
    this.#turnTo(now)
    const requestsPerMinute = this.#requests.reduce((a, b) => a + b, 0)
    const bytesPerMinute = this.#bytes.reduce((a, b) => a + b, 0)
    const { limits } = this
    return {
      requestsPerMinute,
      bytesPerMinute,
      inFlight,
      totalRequests: this.#totalRequests,
      totalBytes: this.#totalBytes,
      overBudget: requestsPerMinute >= limits.requestsPerMinute || bytesPerMinute >= limits.bytesPerMinute,
    }
  }

  #slot(): number {
    return this.#bucket % BUCKETS
  }

  /** Empties the buckets that have passed; a clock that went back keeps counting in the bucket it was in. */
  #turnTo(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS)
    const back = bucket < this.#bucket - BUCKETS
    if (back) this.#bucket = bucket
    const steps = Math.min(bucket - this.#bucket, BUCKETS)
    for (let i = 0; i < steps; i++) {
      this.#bucket = bucket - steps + i + 1
      this.#requests[this.#slot()] = 0
      this.#bytes[this.#slot()] = 0
    }
  }
}
