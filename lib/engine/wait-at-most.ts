import { wallSleep } from '../clock/system-clock'

/** Resolves when the work has ended, or after `ms` of real time: a database that hangs must not hold up a stop. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController()
  const ended = work.finally(() => done.abort())
  // Once it is given up, nobody is left to hear that it failed.
  ended.catch(() => {})
  await Promise.race([ended, wallSleep(ms, done.signal).catch(() => ended)])
}
