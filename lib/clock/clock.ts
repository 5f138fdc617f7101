/**
 * The one source of time. Production uses the system clock, a simulated fleet a scaled one, tests a stepped one;
 * no other room reads the wall clock or sets timers.
 */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number
  /**
   * Resolves after `ms` of this clock's time.
   * @throws the signal's reason when `signal` aborts first
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
