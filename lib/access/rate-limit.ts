import { HoldfastError } from '../errors'

/** A token bucket for each key: `burst` at once, refilled at `perMinute`. Bounded in memory. */
export class RateLimit {
  #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(
    private readonly perMinute: number,
    private readonly burst: number,
  ) {}

  /** @throws HoldfastError `too-many-requests` with the seconds to wait */
  take(key: string, now: number): void {
    const tokens = this.#tokens(key, now)
    this.#keep(key, tokens < 1 ? tokens : tokens - 1, now)
    if (tokens < 1) throw this.#refusal(tokens)
  }

  /** Refuses as `take` would, but takes nothing. @throws HoldfastError `too-many-requests` */
  check(key: string, now: number): void {
    const tokens = this.#tokens(key, now)
    if (tokens < 1) throw this.#refusal(tokens)
  }

  #tokens(key: string, now: number): number {
    const bucket = this.#buckets.get(key)
    if (!bucket) return this.burst
    return Math.min(this.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 60_000) * this.perMinute)
  }

  #keep(key: string, tokens: number, now: number): void {
    if (this.#buckets.size > 10_000) this.#buckets.clear()
    this.#buckets.set(key, { tokens, at: now })
  }

  #refusal(tokens: number): HoldfastError {
    const retryAfterSeconds = Math.ceil(((1 - tokens) / this.perMinute) * 60)
    return new HoldfastError('too-many-requests', `Too many requests; wait ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    })
  }
}
