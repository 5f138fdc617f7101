import { HoldfastError } from '../errors'
import { hashSecret } from './secrets'
import type { AccessStore } from './store'
import type { Principal } from './types'

export const SESSION_COOKIE = 'holdfast_session'
const CACHE_MS = 10_000

/**
 * Finds who asks, by `Authorization: Bearer` or the session cookie. Answers are kept for ten seconds, so that a
 * database that is away does not throw out those who are signed in at once; `forget` ends that for one of them.
 */
export class Authenticator {
  #known = new Map<string, { principal: Principal; at: number }>()

  constructor(
    private readonly store: AccessStore,
    /** Wall time: sessions belong to people, not to a simulated fleet. */
    private readonly wallNow: () => number,
  ) {}

  /** @throws HoldfastError `unavailable` when the database is away and this secret was not seen before */
  async authenticate(headers: Headers): Promise<Principal | undefined> {
    const bearer = headers.get('authorization')?.match(/^Bearer (hft_[\w-]{43})$/i)?.[1]
    const cookie = headers.get('cookie')?.match(/(?:^|;\s*)holdfast_session=(hfs_[\w-]{43})(?:;|$)/)?.[1]
    if (bearer) return this.#find(bearer, hash => this.store.findToken(hash, this.wallNow()))
    if (cookie) return this.#find(cookie, hash => this.store.findSession(hash, this.wallNow()))
    return undefined
  }

  forget(principalId: string): void {
    for (const [hash, entry] of this.#known) if (entry.principal.id === principalId) this.#known.delete(hash)
  }

  async #find(secret: string, look: (hash: string) => Promise<Principal | undefined>) {
    const hash = hashSecret(secret)
    const now = this.wallNow()
    const known = this.#known.get(hash)
    if (known && now - known.at < CACHE_MS) return known.principal
    let principal: Principal | undefined
    try {
      principal = await look(hash)
    } catch (error) {
      // The war room must stay open while the database is away: whoever was known a moment ago stays known.
      if (known && now - known.at < 3600_000) return known.principal
      throw new HoldfastError('unavailable', 'The database is away, so nobody new can be let in.', {
        hint: 'Whoever was signed in before stays so. Try again in a moment.',
        retryAfterSeconds: 5,
        cause: error,
      })
    }
    if (!principal) {
      this.#known.delete(hash)
      return undefined
    }
    if (this.#known.size > 5_000) this.#known.clear()
    this.#known.set(hash, { principal, at: now })
    return principal
  }
}
