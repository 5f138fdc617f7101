import type { Clock } from '../clock/clock'

/**
 * Spreads calls of `take` to at most `perSecond`, with a second's worth at once. After a fleet-wide cut the herd of
 * TLS handshakes is the danger: these are bounded, not the requests that wait.
 */
export function createRateLimit(clock: Clock, perSecond: number) {
  /** When the next free slot would have been, had every slot been used in order. */
  let nextAt = Number.NEGATIVE_INFINITY
  return {
    /** Resolves when it is this caller's turn. @throws the signal's reason */
    async take(signal?: AbortSignal): Promise<void> {
      const now = clock.now()
      nextAt = Math.max(nextAt, now - 1_000) + 1_000 / perSecond
      if (nextAt > now) await clock.sleep(nextAt - now, signal)
    },
  }
}

export type RateLimit = ReturnType<typeof createRateLimit>
