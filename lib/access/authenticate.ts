import { KnownSecrets } from './known-secrets'
import type { AccessStore } from './store'
import type { Principal, ProbeAgent } from './types'

export const SESSION_COOKIE = 'holdfast_session'

/** Finds who asks, by `Authorization: Bearer` or the session cookie; `forget` ends it for one of them at once. */
export class Authenticator {
  readonly #principals: KnownSecrets<Principal>
  readonly #agents: KnownSecrets<ProbeAgent>

  constructor(
    private readonly store: AccessStore,
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

  forget(principalId: string): void {
    this.#principals.forget(principalId)
  }
}
