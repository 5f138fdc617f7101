import type { PlayConfig, PlayPart } from '../../fleet/play-schema'
import type { ControlPlaneState, LikelyCause } from '../../health/types'
import type { DeclaredActuator } from '../actuators/actuator'
import type { DeclaredMachines } from '../ports'
import type { ActionSummary, ShotRow } from '../store'
import type { GuardVerdict, OwnerTarget, WorkloadTarget } from '../types'

/** A play as shipped, or as an operator declared it. */
export interface Play extends PlayConfig {
  isShipped: boolean
}

export interface PlayCluster {
  id: string
  /** What people call it, then its contexts. */
  names: readonly string[]
  nodes: number
  state: ControlPlaneState
  cause?: LikelyCause
  dataPlane: 'Fresh' | 'Burning' | 'Dry' | 'Unknown'
}

/** Who leads the ranking, and where it is. */
export interface PlaySuspect {
  kind: string
  namespace: string
  name: string
  serviceAccount?: string
  clusterIds: readonly string[]
}

/** The state of the fleet that plays are judged by; memory only, nothing here asks a cluster. */
export interface PlayFacts {
  incident: string | null
  clusters: readonly PlayCluster[]
  suspect?: PlaySuspect
  /** What would put this workload back, by the marks that it carries where it was last seen. */
  ownerOf(workload: WorkloadTarget): OwnerTarget | undefined
  machines: readonly DeclaredMachines[]
  actuators: readonly DeclaredActuator[]
}

/** A part of a play that was started. Its newest action counts; older ones expired or were ended. */
export interface PartRun {
  id: string
  actionIds: string[]
  /** What the newest plan came to. */
  plan?: {
    digest: string
    clusters: number
    nodes: number
    leftOut: number
    guards: GuardVerdict[]
  }
  /** Why its plan could not be made, at the last try. */
  problem?: string
  /** Since when its conditions hold, where they did not when the play began; people are told once. */
  offeredAt?: number
}

/** A play that somebody started. Times are the fleet's. */
export interface PlayRun {
  id: string
  /** As it was when it was started: a later change of holdfast.yaml does not change it. */
  play: Play
  state: 'open' | 'ended'
  by: string
  reason: string
  startedAt: number
  endedBy?: string
  endedAt?: number
  parts: PartRun[]
  /** Grows with each change: of two changes at the same time one is made. */
  version: number
}

/** A part's action with its shots, as far as it has one. */
export interface PartAction {
  action: ActionSummary
  shots: readonly ShotRow[]
}

/**
 * What can be said of a part at this moment. `ready`: it applies and can be planned; `waits`: for another part or for
 * the fleet; `left-out`: it does not apply; `planned`: it has an action, whatever its state.
 */
export interface PartStanding {
  part: PlayPart
  standing: 'ready' | 'waits' | 'left-out' | 'planned'
  /** In words: why not, or what for. */
  text: string
  current?: PartAction
}
