/** From least to most: look, act, command an incident, set Holdfast up. */
export const ROLES = ['viewer', 'responder', 'commander', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** Who asks. */
export interface Principal {
  name: string
  role: Role
  via: 'session' | 'token'
  /** Id of the session or token, for revocation and audit. */
  id: string
  /** Sessions only: must come back with every write from a browser. */
  csrfToken?: string
}

export interface SignInLink {
  id: string
  name: string
  role: Role
  expiresAt: number
}

export interface ApiToken {
  id: string
  name: string
  role: Role
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

export interface ProbeToken extends ProbeAgent {
  createdAt: number
  expiresAt?: number
}
