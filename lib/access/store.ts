import type { ApiToken, Principal, ProbeAgent, ProbeToken, Role, SignInLink } from './types'

/** What this room needs from storage. Secrets arrive hashed; times are epoch ms. */
export interface AccessStore {
  createLink(link: SignInLink & { tokenHash: string; createdAt: number }): Promise<void>
  /** Marks an unused, unexpired link as used, in one statement; undefined when there is no such link. */
  redeemLink(tokenHash: string, now: number): Promise<{ name: string; role: Role } | undefined>
  createSession(session: {
    id: string
    tokenHash: string
    csrfToken: string
    name: string
    role: Role
    createdAt: number
    expiresAt: number
  }): Promise<void>
  findSession(tokenHash: string, now: number): Promise<Principal | undefined>
  revokeSession(id: string, now: number): Promise<void>
  createToken(token: ApiToken & { tokenHash: string }): Promise<void>
  findToken(tokenHash: string, now: number): Promise<Principal | undefined>
  createProbeToken(token: ProbeToken & { tokenHash: string }): Promise<void>
  findProbeToken(tokenHash: string, now: number): Promise<ProbeAgent | undefined>
  countSessions(now: number): Promise<number>
}
