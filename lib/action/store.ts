import type { AuditDraft } from '../audit/types'
import type { Approval } from './approval'
import type { ActionPlan, ActionState, Pause, PlannedWrite, Shot, ShotState } from './types'

/** An action as stored: the plan with what became of it. */
export interface ActionRow {
  id: string
  kind: ActionPlan['request']['kind']
  state: ActionState
  plan: ActionPlan
  /** What was confirmed; must still be the digest of `plan` whenever a shot is fired. */
  digest: string
  by: string
  reason: string
  plannedAt: number
  confirmedAt?: number
  confirmedBy?: string
  /** Of the plan, in people's time, until it is confirmed; of its shots, in the fleet's time, afterwards. */
  expiresAt: number
  /** When it is to be undone by itself, in the fleet's time; set by the confirmation. */
  revertsAt?: number
  /** The action whose effect this one takes back. */
  undoOf?: string
  /** Where a second person was asked. */
  approval?: Approval
  pause?: Pause
  /** The last wave that a person released early: 1 first, 2 all. */
  widenedTo?: number
  /** Clusters that grew worse and were held against the action no longer once a person resumed it. */
  accepted?: string[]
}

/** An action without its plan, which may be a megabyte for a large fleet. */
export interface ActionSummary extends Omit<ActionRow, 'plan'> {
  target: ActionPlan['request']['target']
  blastRadius: ActionPlan['blastRadius']
}

/** By cluster id: the actions that still have something to send there. */
export type BusyClusters = ReadonlyMap<string, readonly Pick<ActionSummary, 'id' | 'kind'>[]>

/** A shot as stored. */
export interface ShotRow extends Shot {
  /** 0 canary, 1 first, 2 all. */
  wave: number
  /** With `undo`: only where asked for, since they are the bulk of a row. */
  saved?: Record<string, unknown>
  undo?: PlannedWrite
  claimedAt?: number
  verifiedAt?: number
}

/** Fields of a shot that a transition may set. */
export type ShotSet = Partial<
  Pick<
    ShotRow,
    | 'state'
    | 'attempts'
    | 'lastAttempts'
    | 'lane'
    | 'landedAt'
    | 'doneAt'
    | 'verifiedAt'
    | 'stopReason'
    | 'drainingAt'
    | 'detail'
    | 'effect'
  >
>

/** A row without its plan. */
export function summaryOf({ plan, ...action }: ActionRow): ActionSummary {
  return { ...action, target: plan.request.target, blastRadius: plan.blastRadius }
}

/** A conditional update: it applies only while the shot is in one of `from` and, when given, under `token`. */
export interface ShotChange {
  id: string
  from: readonly ShotState[]
  token?: number
  set: ShotSet
  updatedAt: number
  /** Appended in the same transaction, only when the change applies. */
  audit?: AuditDraft
}

/** A conditional update of an action; `audit` is appended only when it applies. */
export interface ActionChange {
  id: string
  from: readonly ActionState[]
  /** It applies only while the action is paused, or is not. Default: either. */
  only?: 'paused' | 'unpaused'
  set: Partial<
    Pick<
      ActionRow,
      | 'state'
      | 'confirmedAt'
      | 'confirmedBy'
      | 'reason'
      | 'expiresAt'
      | 'revertsAt'
      | 'approval'
      | 'widenedTo'
      | 'accepted'
    >
  > & { pause?: Pause | null }
  audit?: AuditDraft
}

/**
 * What actions need from storage. Every method is one transaction; all but `claim`, `renewLease` and `dropLease`
 * take times of the product's clock, while leases are told by the storage's own real clock alone, so that clocks of
 * machines never meet.
 * @throws HoldfastError `unavailable` when storage is away: nothing was changed then, or the change is repeatable
 */
export interface ActionStore {
  savePlan(action: ActionRow, audit: AuditDraft): Promise<void>
  getAction(id: string): Promise<ActionRow | undefined>
  /** Newest first. */
  listActions(limit: number): Promise<ActionSummary[]>
  /** Actions in one of these states, oldest first. */
  listActionsIn(states: readonly ActionState[]): Promise<ActionSummary[]>
  /** Actions whose second person was overridden, and that nobody has reviewed yet, oldest first. */
  listToReview(): Promise<ActionSummary[]>
  /** Actions whose time is over by `now` and that are not undone yet, whatever has become of their shots. */
  listToRevert(now: number): Promise<ActionSummary[]>
  /** By cluster and step; `saved` and `undo` only when `whole`. */
  listShots(actionId: string, whole?: boolean): Promise<ShotRow[]>
  /**
   * The action becomes `running` and its shots exist, or neither.
   * @returns false when the action was in none of the states it must be in any more
   */
  arm(change: ActionChange, shots: readonly ShotRow[]): Promise<boolean>
  /**
   * An undo: the original's change, the new action, or the change of one that a second person was asked about, and its
   * shots in one. @returns false when either moved on; nothing was changed then
   */
  armUndo(
    original: ActionChange,
    undo: ActionRow | ActionChange,
    shots: readonly ShotRow[],
    audit: AuditDraft,
  ): Promise<boolean>
  /** The action's change and those of its shots in one; nothing when the action's does not apply. */
  changeAction(change: ActionChange, shots?: readonly ShotChange[]): Promise<boolean>
  /** @returns ids of those that applied */
  changeShots(changes: readonly ShotChange[]): Promise<Set<string>>
  /**
   * Takes up to `limit` shots that are armed, trying or draining and whose owner's lease has lapsed, shortest fuse
   * first: armed ones become trying, each gets `owner` and the next token. `saved` and `undo` are left out. Armed ones
   * of a paused action are not taken; those of `owner` itself are, except for the ones it has in `held`: it may never
   * have heard that they are its own.
   */
  claim(owner: string, limit: number, updatedAt: number, held?: readonly string[]): Promise<ShotRow[]>
  /** The lease belongs to the process, not to its shots. */
  renewLease(owner: string, leaseMs: number): Promise<void>
  /** Ends the lease at once, so that others need not wait for it. */
  dropLease(owner: string): Promise<void>
  /** Whether all arming is frozen, and since when by whom. */
  getFreeze(): Promise<{ frozen: boolean; by: string; at: number } | undefined>
  appendAudit(audit: AuditDraft): Promise<void>
}

/** Subject of the audit entries `actions.frozen` and `actions.thawed`, the newest of which tells whether it is frozen. */
export const FREEZE_SUBJECT = 'actions'
