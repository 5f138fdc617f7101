import type { ActionKind, StepKind, WorkloadTarget } from '../types'

export type SealedKind = Extract<ActionKind, 'remove-service' | 'roll-back-workload'>

/** What two people agreed on ahead. What is armed under it never goes beyond. */
export interface SealScope {
  kind: SealedKind
  target: WorkloadTarget
  /** Of the roll-out that was registered, where it told. */
  version?: string
  /** Ids, sorted: nowhere else does it act. */
  clusterIds: string[]
  /** Most nodes that those clusters may have together by then; undefined while they were not known. */
  maxNodes?: number
  stepKinds: StepKind[]
}

/** Prepared → approved → used; or declined, or withdrawn. It expires by people's time, as all times here are. */
export interface Seal {
  id: string
  state: 'prepared' | 'approved' | 'declined' | 'withdrawn' | 'used'
  scope: SealScope
  /** SHA-256 over the scope and the expiry, hex: what the second person approves. */
  digest: string
  changeId: string
  reason: string
  preparedBy: string
  /** Marks of who that is, see `Actor`; for the server alone. */
  preparedAs?: readonly string[]
  preparedAt: number
  expiresAt: number
  answer?: { by: string; as?: readonly string[]; at: number; reason: string }
  used?: { by: string; at: number; actionId: string }
}
