import type { LivePathMemory } from '../probe/live-path'
import type { NameReading } from '../probe/name-readings'
import type { DnsResult } from '../probe/types'

/** One round of questions as an agent tells it; epoch ms of the agent's own clock. */
export interface AgentReport {
  replica: string
  bootId: string
  bootedAt: number
  sequence: number
  sentAt: number
  askedAt: number
  /** `proven`: the resolver has answered this agent before, so that its silence counts. */
  answers: readonly { resolver: string; result: DnsResult; proven: boolean }[]
  /** The agent's own T0; null while names renew. */
  failingSince: number | null
  readings: readonly NameReading[]
}

/** What is remembered of one replica; epoch ms of our clock. */
export interface AgentReplica {
  replica: string
  bootId: string
  /** By the agent's own clock: only compared with itself. */
  bootedAt: number
  sequence: number
  /** Of what the newest message said, to tell the same message from another one with its number. */
  digest: string
  heardAt: number
  skewMs: number
  resolvers: number
  livePath: LivePathMemory
  /** Read at the last T0; empty before. */
  readings: readonly NameReading[]
}

/** The agents of one cluster, by replica. */
export type AgentMemory = ReadonlyMap<string, AgentReplica>
