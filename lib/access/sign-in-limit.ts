import { HoldfastError } from '../errors'
import { RateLimit } from './rate-limit'

const ALL = 'everybody'
/** A person needs one or two tries; a whole team behind one address needs some more. */
const EACH_PER_MINUTE = 10
/** Failures from everywhere together: beyond any team's slips, and no load for the database. */
const FAILURES_PER_MINUTE = 120

/**
 * Slows down who guesses sign-in links: by address, and by a ceiling of failures over all addresses, since a guesser
 * may have many. Links are 256 random bits: this keeps guesses from being a load, not from succeeding.
 */
export class SignInLimit {
  #each = new RateLimit(EACH_PER_MINUTE, EACH_PER_MINUTE)
  #failures = new RateLimit(FAILURES_PER_MINUTE, FAILURES_PER_MINUTE)

  /**
   * Runs one try of `address`.
   * @throws HoldfastError `too-many-requests` without running it, or what the try throws
   */
  async attempt<T>(address: string, now: number, signIn: () => Promise<T>): Promise<T> {
    this.#failures.check(ALL, now)
    this.#each.take(address, now)
    try {
      return await signIn()
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'unauthenticated') this.#failures.take(ALL, now)
      throw error
    }
  }
}
