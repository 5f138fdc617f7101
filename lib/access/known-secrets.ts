import { HoldfastError } from '../errors'
import { hashSecret } from './secrets'

const CACHE_MS = 10_000
const KEPT_WHILE_AWAY_MS = 3_600_000

/**
 * Whose secrets were seen lately. Answers are kept for ten seconds, and for an hour while the database is away, so that
 * it does not throw out those who were let in.
 */
export class KnownSecrets<T> {
  #known = new Map<string, { owner: T; at: number }>()

  constructor(private readonly wallNow: () => number) {}

  forget(isMeant: (owner: T) => boolean): void {
    for (const [hash, entry] of this.#known) if (isMeant(entry.owner)) this.#known.delete(hash)
  }

  /** @throws HoldfastError `unavailable` when the database is away and this secret was not seen before */
  async find(secret: string, look: (hash: string) => Promise<T | undefined>): Promise<T | undefined> {
    const hash = hashSecret(secret)
    const now = this.wallNow()
    const known = this.#known.get(hash)
    if (known && now - known.at < CACHE_MS) return known.owner
    let owner: T | undefined
    try {
      owner = await look(hash)
    } catch (error) {
      // The war room must stay open while the database is away: whoever was known a moment ago stays known.
      if (known && now - known.at < KEPT_WHILE_AWAY_MS) return known.owner
      throw new HoldfastError('unavailable', 'The database is away, so nobody new can be let in.', {
        hint: 'Whoever was signed in before stays so. Try again in a moment.',
        retryAfterSeconds: 5,
        cause: error,
      })
    }
    if (!owner) {
      this.#known.delete(hash)
      return undefined
    }
    if (this.#known.size > 5_000) this.#known.clear()
    this.#known.set(hash, { owner, at: now })
    return owner
  }
}
