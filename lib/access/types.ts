/** From least to most: look, act, command an incident, set Holdfast up. */
export const ROLES = ['viewer', 'responder', 'commander', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** How a session was opened. */
export const METHODS = ['link', 'password', 'passkey', 'oidc', 'break-glass'] as const
export type Method = (typeof METHODS)[number]

/** What an API token may be used for, beside what its role allows. */
export const API_SCOPES = [
  'read',
  'changes:write',
  'timeline:write',
  'actions:write',
  'simulation:write',
  'access:write',
] as const
export type ApiScope = (typeof API_SCOPES)[number]

/** `dns:write` is that of probe agents; it goes with one cluster and with no other scope. */
export type Scope = ApiScope | 'dns:write'

/** Who asks. */
export interface Principal {
  name: string
  role: Role
  via: 'session' | 'token'
  /** Id of the session or token, for revocation and audit. */
  id: string
  /** The person behind a session; absent for one-time links without a person, break-glass codes and tokens. */
  personId?: string
  /** Sessions with a person only: see `identitiesOf`. They never leave the server. */
  identities?: readonly string[]
  /** Sessions only. */
  method?: Method
  /** Tokens only. */
  scopes?: readonly ApiScope[]
  /** Sessions only: must come back with every write from a browser. */
  csrfToken?: string
}

/** Somebody who may sign in, as administrators see them. */
export interface Person {
  id: string
  /** As it stands in the audit; unique. */
  name: string
  /** What is typed to sign in, in lower case; unique. */
  login: string
  role: Role
  createdAt: number
  createdBy: string
  disabledAt?: number
  hasPassword: boolean
  hasTotp: boolean
  passkeys: number
  /** Their role comes from the identity provider's groups. */
  isFederated: boolean
}

/** What proves a person; it never leaves the server. */
export interface Credentials {
  person: Person
  passwordHash?: string
  /** Sealed. */
  totpSecret?: string
  totpPending?: string
}

export interface SignInLink {
  id: string
  name: string
  role: Role
  /** Whose invitation it is. */
  personId?: string
  expiresAt: number
}

/** A session as its owner and administrators see it. */
export interface SessionView {
  id: string
  name: string
  role: Role
  personId?: string
  method: Method
  address: string
  /** What the browser says of itself. */
  agent: string
  createdAt: number
  expiresAt: number
}

export interface ApiToken {
  id: string
  name: string
  role: Role
  scopes: readonly Scope[]
  /** Only of probe agents: the one cluster that they may tell of. */
  clusterId?: string
  createdBy: string
  createdAt: number
  expiresAt?: number
  revokedAt?: number
}

/** A probe agent: may tell what it sees of the DNS of one cluster, and ask for nothing. It is no principal. */
export interface ProbeAgent {
  /** Id and name of its token; the replicas of a cluster share one. */
  id: string
  name: string
  clusterId: string
}

/** Wrong tries of one login, known or not. */
export interface Failures {
  failures: number
  lockedUntil?: number
  lastAt: number
}

export interface Passkey {
  /** The credential's id, base64url. */
  id: string
  personId: string
  name: string
  publicKey: Uint8Array<ArrayBuffer>
  counter: number
  transports: string[]
  /** The host that it was made for. */
  rpId: string
  createdAt: number
  lastUsedAt?: number
}

/** A sealed one-time code, and what became of it. */
export interface BreakGlassCode {
  id: string
  createdAt: number
  createdBy: string
  revokedAt?: number
  usedAt?: number
  /** Who they said they were. */
  usedBy?: string
  reason?: string
  address?: string
  sessionId?: string
  reviewedAt?: number
  reviewedBy?: string
  reviewNote?: string
}

/** Where a request comes from, for the list of sessions and the audit. */
export interface Client {
  address: string
  /** What the browser says of itself; bounded. */
  agent: string
}
