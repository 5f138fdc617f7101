import { wallSleep } from '../../../lib/clock/system-clock'

/**
 * Asks again and again until there is an answer; a failure of the question itself counts as none yet.
 * @throws Error with the last failure when `withinMs` of real time have passed
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { withinMs = 120_000, everyMs = 200 } = {},
): Promise<T> {
  const startedAt = performance.now()
  for (;;) {
    let last: unknown
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
    if (performance.now() - startedAt > withinMs)
      throw new Error(`waited in vain for ${what}${last ? `: ${last}` : ''}`, { cause: last })
    await wallSleep(everyMs)
  }
}
