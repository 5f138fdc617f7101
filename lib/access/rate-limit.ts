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
    const bucket = this.#buckets.get(key) ?? { tokens: this.burst, at: now }
    const tokens = Math.min(
      this.burst,
      bucket.tokens + (Math.max(0, now - bucket.at) / 60_000) * this.perMinute,
    )
    if (tokens < 1) {
      this.#buckets.set(key, { tokens, at: now })
      const retryAfterSeconds = Math.ceil(((1 - tokens) / this.perMinute) * 60)
      throw new HoldfastError('too-many-requests', `Too many requests; wait ${retryAfterSeconds} s.`, {
        retryAfterSeconds,
      })
    }
    if (this.#buckets.size > 10_000) this.#buckets.clear()
    this.#buckets.set(key, { tokens: tokens - 1, at: now })
  }
}
