import { performance } from 'node:perf_hooks'
import type { Clock } from './clock'
import { wallSleep } from './system-clock'

/** Real time since the process began, never set back: for leases between processes, never for dates. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: wallSleep,
}
