import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import type { ActionStore } from './store'

const LEASE_MS = 15_000
const RENEW_MS = 5_000
const RETRY_MS = 1_000
/** Reckoned from before the renewal was sent, by a clock that is never set back, and ended early. */
const MARGIN_MS = 3_000

/**
 * The right of this process to land shots. It is told by real time, not by the product's clock: it guards against
 * processes that are paused or cut off from storage. When it lapses a new owner id is taken, so that whatever the
 * old one still writes meets the fence.
 */
export class LanderLease {
  #owner: string = randomUUID()
  #validUntil = Number.NEGATIVE_INFINITY
  #held = false

  constructor(
    private readonly clock: Clock,
    private readonly store: ActionStore,
    private readonly onLapse: () => void,
  ) {}

  get owner(): string {
    return this.#owner
  }

  valid(): boolean {
    return this.clock.now() < this.#validUntil
  }

  /** Renews until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = (await this.renew()) ? RENEW_MS : RETRY_MS
      this.#noticeLapse()
      await this.clock.sleep(pause, signal).catch(ifWoken(signal))
      this.#noticeLapse()
    }
  }

  /** @returns whether the lease is held now */
  async renew(): Promise<boolean> {
    const sentAt = this.clock.now()
    try {
      await this.store.renewLease(this.#owner, LEASE_MS)
    } catch {
      // Storage is away: the lease lapses by itself, and sending stops with it.
      return false
    }
    this.#validUntil = sentAt + LEASE_MS - MARGIN_MS
    this.#held = true
    return this.valid()
  }

  /** Lets others take over at once. */
  async drop(): Promise<void> {
    this.#validUntil = Number.NEGATIVE_INFINITY
    this.#held = false
    // It lapses by itself when storage is away.
    await this.store.dropLease(this.#owner).catch(() => {})
  }

  #noticeLapse(): void {
    if (!this.#held || this.valid()) return
    this.#held = false
    this.#owner = randomUUID()
    this.onLapse()
  }
}
