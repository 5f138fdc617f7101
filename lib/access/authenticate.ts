import { KnownSecrets } from './known-secrets'
import type { AccessStore } from './store'
import type { Principal, ProbeAgent } from './types'

export const SESSION_COOKIE = 'holdfast_session'

/** Finds who asks, by `Authorization: Bearer` or the session cookie; `forget` ends it for some of them at once. */
export class Authenticator {
  readonly #principals: KnownSecrets<Principal>
  readonly #agents: KnownSecrets<ProbeAgent>
  readonly #watchers = new Set<() => void>()

  constructor(
    private readonly store: Pick<AccessStore, 'findToken' | 'findSession' | 'findProbeToken'>,
    /** Wall time: sessions belong to people, not to a simulated fleet. */
    private readonly wallNow: () => number,
  ) {
    this.#principals = new KnownSecrets(wallNow)
    this.#agents = new KnownSecrets(wallNow)
  }

  /** @throws HoldfastError `unavailable` when the database is away and this secret was not seen before */
  async authenticate(headers: Headers): Promise<Principal | undefined> {
    const bearer = headers.get('authorization')?.match(/^Bearer (hft_[\w-]{43})$/i)?.[1]
    const cookie = headers.get('cookie')?.match(/(?:^|;\s*)holdfast_session=(hfs_[\w-]{43})(?:;|$)/)?.[1]
    if (bearer) return this.#principals.find(bearer, hash => this.store.findToken(hash, this.wallNow()))
    if (cookie) return this.#principals.find(cookie, hash => this.store.findSession(hash, this.wallNow()))
    return undefined
  }

  /** A probe agent, known by nothing but its own kind of token. @throws HoldfastError `unavailable`, as above */
  async authenticateAgent(headers: Headers): Promise<ProbeAgent | undefined> {
    const bearer = headers.get('authorization')?.match(/^Bearer (hfp_[\w-]{43})$/i)?.[1]
    return bearer
      ? this.#agents.find(bearer, hash => this.store.findProbeToken(hash, this.wallNow()))
      : undefined
  }

  /** Looks anew, at once, for whoever had this session, token, agent or person's id. */
  forget(id: string): void {
    this.#principals.forget(one => one.id === id || one.personId === id)
    this.#agents.forget(one => one.id === id)
    for (const look of this.#watchers) look()
  }

  /** Tells long answers, such as streams, to look whether they may go on. @returns ends the watch */
  watch(look: () => void): () => void {
    this.#watchers.add(look)
    return () => void this.#watchers.delete(look)
  }
}
