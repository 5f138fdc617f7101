import type {
  ApiToken,
  BreakGlassCode,
  Client,
  Credentials,
  Failures,
  Method,
  Passkey,
  Person,
  Principal,
  ProbeAgent,
  Role,
  SessionView,
  SignInLink,
} from './types'

export interface NewSession extends Client {
  id: string
  tokenHash: string
  csrfToken: string
  name: string
  role: Role
  personId?: string
  method: Method
  createdAt: number
  expiresAt: number
}

export interface NewPerson {
  id: string
  name: string
  login: string
  role: Role
  createdAt: number
  createdBy: string
  oidcSubject?: string
  /** That the identity provider vouches for. */
  email?: string | null
}

/** What of a person can change; null takes away, undefined leaves. */
export interface PersonChange {
  name?: string
  role?: Role
  passwordHash?: string | null
  totpSecret?: string | null
  totpPending?: string | null
  email?: string | null
  disabledAt?: number | null
}

export interface LinkAndSessionStore {
  createLink(link: SignInLink & { tokenHash: string; createdAt: number }): Promise<void>
  /** An unused, unexpired link; looking does not use it up. */
  findLink(tokenHash: string, now: number): Promise<SignInLink | undefined>
  /** Marks an unused, unexpired link as used, in one statement; undefined when there is no such link. */
  redeemLink(tokenHash: string, now: number): Promise<SignInLink | undefined>
  /** Ends the unused invitations of a person. */
  voidLinks(personId: string, now: number): Promise<void>
  createSession(session: NewSession): Promise<void>
  /** A session that stands; with the role that its person has now. */
  findSession(tokenHash: string, now: number): Promise<Principal | undefined>
  /** Newest first, of one person or of everybody. */
  listSessions(now: number, personId?: string): Promise<SessionView[]>
  getSession(id: string, now: number): Promise<SessionView | undefined>
  /** False when there is no such session, or no more. */
  revokeSession(id: string, now: number): Promise<boolean>
  /** All of one person but one; how many ended. */
  revokeSessionsOf(personId: string, now: number, exceptId?: string): Promise<number>
}

export interface PersonStore {
  /** @throws HoldfastError `conflict` when the name or login is taken */
  createPerson(person: NewPerson): Promise<void>
  /** By name. */
  listPeople(): Promise<Person[]>
  findPerson(
    by: { id: string } | { login: string } | { oidcSubject: string },
  ): Promise<Credentials | undefined>
  /** @throws HoldfastError `conflict` when the name is taken */
  changePerson(id: string, change: PersonChange): Promise<void>
  /** Takes a time step for a person unless it, or a later one, was taken before. */
  takeTotpStep(personId: string, step: number): Promise<boolean>
  /** Reads, changes and writes the wrong tries of a login, one at a time. */
  changeFailures(
    loginHash: string,
    change: (known: Failures | undefined) => Failures | undefined,
    forgottenBefore: number,
  ): Promise<void>
  addPasskey(passkey: Passkey): Promise<void>
  listPasskeys(personId: string): Promise<Passkey[]>
  findPasskey(id: string): Promise<Passkey | undefined>
  touchPasskey(id: string, counter: number, now: number): Promise<void>
  removePasskey(id: string, personId: string): Promise<boolean>
  createHandshake(handshake: {
    idHash: string
    kind: string
    data: Record<string, unknown>
    expiresAt: number
    now: number
  }): Promise<void>
  /** Gives what was begun, once. */
  takeHandshake(idHash: string, kind: string, now: number): Promise<unknown>
}

export interface TokenStore {
  createToken(token: ApiToken & { tokenHash: string }): Promise<void>
  findToken(tokenHash: string, now: number): Promise<Principal | undefined>
  findProbeToken(tokenHash: string, now: number): Promise<ProbeAgent | undefined>
  /** Newest first, with those that were revoked or have expired. */
  listTokens(): Promise<ApiToken[]>
  /** What was revoked; undefined when there is no such token, or no more. */
  revokeToken(id: string, now: number): Promise<ApiToken | undefined>
}

export interface BreakGlassStore {
  /** Puts new codes in the place of those that are not used yet. */
  replaceCodes(codes: readonly { id: string; codeHash: string }[], by: string, now: number): Promise<void>
  /** Uses an unused code up, in one statement; its id. */
  redeemCode(
    codeHash: string,
    use: { usedBy: string; reason: string; address: string; sessionId: string },
    now: number,
  ): Promise<string | undefined>
  /** Newest first. */
  listCodes(): Promise<BreakGlassCode[]>
  findCode(id: string): Promise<BreakGlassCode | undefined>
  /** Uses that nobody has reviewed yet. */
  unreviewed(): Promise<BreakGlassCode[]>
  /** False when it was reviewed before. */
  reviewCode(id: string, by: string, note: string, now: number): Promise<boolean>
}

/** What this room needs from storage. Secrets arrive hashed; times are epoch ms. */
export interface AccessStore extends LinkAndSessionStore, PersonStore, TokenStore, BreakGlassStore {}

/** A line for the audit: who did what, to what. */
export type Tell = (actor: string, verb: string, subject: string, detail: Record<string, unknown>) => void

/** Changes and their lines in the audit, kept together or not at all. */
export type Ledger = <T>(work: (store: AccessStore, tell: Tell) => Promise<T>) => Promise<T>
