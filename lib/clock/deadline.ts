import type { Clock } from './clock'
import { wallSleep } from './system-clock'

/** Why a deadline's signal aborted, to tell it from an abort by the caller. */
export class DeadlineExceeded extends Error {
  constructor(readonly afterMs: number) {
    super(`no answer within ${afterMs} ms`)
    this.name = 'DeadlineExceeded'
  }
}

/** Thousands of deadlines a second are cleared; an error of its own for each costs more than all the rest. */
const CLEARED = new Error('deadline cleared')

/**
 * A signal that aborts after `ms` of the clock's time, or with `parent`. `clear` must be called when done.
 * @param leastWallMs real time that must have passed too: what costs CPU takes its time however fast the clock runs
 */
export function deadline(
  clock: Clock,
  ms: number,
  parent?: AbortSignal,
  leastWallMs = 0,
): { signal: AbortSignal; clear: () => void } {
  const timeout = new AbortController()
  const done = new AbortController()
  const waits = [clock.sleep(ms, done.signal)]
  if (leastWallMs > 0) waits.push(wallSleep(leastWallMs, done.signal))
  Promise.all(waits).then(
    () => timeout.abort(new DeadlineExceeded(ms)),
    () => {},
  )
  return {
    signal: parent ? AbortSignal.any([timeout.signal, parent]) : timeout.signal,
    clear: () => done.abort(CLEARED),
  }
}
