import { MemoryAuditStore } from '../../audit/testing/memory-audit-store'
import type { AuditDraft } from '../../audit/types'
import type { Clock } from '../../clock/clock'
import { isToReview } from '../approval'
import {
  type ActionChange,
  type ActionRow,
  type ActionStore,
  type ActionSummary,
  FREEZE_SUBJECT,
  type ShotChange,
  type ShotRow,
  summaryOf,
} from '../store'
import type { ActionState } from '../types'

/** Storage in memory with the semantics of the real one; each method is atomic because it runs in one turn. */
export class MemoryActionStore implements ActionStore {
  readonly actions = new Map<string, ActionRow>()
  readonly shots = new Map<string, ShotRow>()
  readonly leases = new Map<string, number>()
  /** Set to make every call fail, as when the database is away. */
  away = false
  /** Calls that wrote something. */
  writes = 0

  constructor(
    private readonly clock: Clock,
    readonly audit = new MemoryAuditStore(),
  ) {}

  async savePlan(action: ActionRow, audit: AuditDraft): Promise<void> {
    this.#write()
    this.actions.set(action.id, structuredClone(action))
    this.audit.appendNow([audit])
  }

  async getAction(id: string): Promise<ActionRow | undefined> {
    this.#reach()
    return copyAction(this.actions.get(id))
  }

  async listActions(limit: number): Promise<ActionSummary[]> {
    this.#reach()
    const newestFirst = [...this.actions.values()].sort((a, b) => b.plannedAt - a.plannedAt)
    return newestFirst.slice(0, limit).map(summaryOf)
  }

  async listActionsIn(states: readonly ActionState[]): Promise<ActionSummary[]> {
    this.#reach()
    const found = [...this.actions.values()].filter(action => states.includes(action.state))
    return found.sort((a, b) => a.plannedAt - b.plannedAt).map(summaryOf)
  }

  async listToReview(): Promise<ActionSummary[]> {
    this.#reach()
    const found = [...this.actions.values()].filter(isToReview)
    return found.sort((a, b) => a.plannedAt - b.plannedAt).map(summaryOf)
  }

  async listToRevert(now: number): Promise<ActionSummary[]> {
    this.#reach()
    return [...this.actions.values()]
      .map(summaryOf)
      .filter(
        ({ revertsAt, state }) => (revertsAt ?? now + 1) <= now && !['undoing', 'undone'].includes(state),
      )
      .sort((a, b) => a.plannedAt - b.plannedAt)
  }

  async listShots(actionId: string, whole = false): Promise<ShotRow[]> {
    this.#reach()
    const found = [...this.shots.values()].filter(shot => shot.actionId === actionId)
    return found
      .sort((a, b) => a.clusterId.localeCompare(b.clusterId) || a.step - b.step)
      .map(shot => copyShot(shot, whole))
  }

  async arm(change: ActionChange, shots: readonly ShotRow[]): Promise<boolean> {
    this.#write()
    if (!this.#applyAction(change)) return false
    for (const shot of shots) this.shots.set(shot.id, structuredClone(shot))
    return true
  }

  async armUndo(
    original: ActionChange,
    undo: ActionRow | ActionChange,
    shots: readonly ShotRow[],
    audit: AuditDraft,
  ): Promise<boolean> {
    this.#write()
    const isAsked = 'from' in undo
    const isInPlace = ({ id, from }: ActionChange) => from.includes(this.actions.get(id)?.state ?? 'undone')
    if (isAsked && !(isInPlace(original) && isInPlace(undo))) return false
    if (!this.#applyAction(original)) return false
    if (isAsked) this.#applyAction(undo)
    else this.actions.set(undo.id, structuredClone(undo))
    for (const shot of shots) this.shots.set(shot.id, structuredClone(shot))
    this.audit.appendNow([audit])
    return true
  }

  async changeAction(change: ActionChange, shots: readonly ShotChange[] = []): Promise<boolean> {
    this.#write()
    if (!this.#applyAction(change)) return false
    for (const one of shots) this.#applyShot(one)
    return true
  }

  async changeShots(changes: readonly ShotChange[]): Promise<Set<string>> {
    this.#write()
    return new Set(changes.filter(change => this.#applyShot(change)).map(change => change.id))
  }

  async claim(owner: string, limit: number, updatedAt: number, held?: readonly string[]): Promise<ShotRow[]> {
    this.#reach()
    const now = this.clock.now()
    const isFree = (shot: ShotRow) =>
      shot.owner === undefined ||
      (this.leases.get(shot.owner) ?? 0) < now ||
      (shot.owner === owner && held?.includes(shot.id) === false)
    const mayBegin = ({ state, actionId }: ShotRow) =>
      state === 'trying' || state === 'draining' || (state === 'armed' && !this.actions.get(actionId)?.pause)
    const open = [...this.shots.values()]
      .filter(shot => mayBegin(shot) && isFree(shot))
      .sort((a, b) => a.fuseAt - b.fuseAt)
      .slice(0, limit)
    for (const shot of open) {
      if (shot.state === 'armed') shot.state = 'trying'
      shot.owner = owner
      shot.token++
      shot.claimedAt = updatedAt
      shot.updatedAt = updatedAt
    }
    if (open.length > 0) this.writes++
    return open.map(shot => copyShot(shot, false))
  }

  async renewLease(owner: string, leaseMs: number): Promise<void> {
    this.#reach()
    this.leases.set(owner, this.clock.now() + leaseMs)
  }

  async dropLease(owner: string): Promise<void> {
    this.#reach()
    this.leases.delete(owner)
  }

  async getFreeze(): Promise<{ frozen: boolean; by: string; at: number } | undefined> {
    this.#reach()
    const [last] = await this.audit.latest(1, FREEZE_SUBJECT)
    return last && { frozen: last.verb === 'actions.frozen', by: last.actor, at: last.at }
  }

  async appendAudit(audit: AuditDraft): Promise<void> {
    this.#write()
    this.audit.appendNow([audit])
  }

  #applyAction({ id, from, only, set, audit }: ActionChange): boolean {
    const action = this.actions.get(id)
    if (!action || !from.includes(action.state)) return false
    if (only && (only === 'paused') !== (action.pause !== undefined)) return false
    Object.assign(action, given(set))
    if (set.pause === null) action.pause = undefined
    if (audit) this.audit.appendNow([audit])
    return true
  }

  #applyShot({ id, from, token, set, updatedAt, audit }: ShotChange): boolean {
    const shot = this.shots.get(id)
    if (!shot || !from.includes(shot.state) || (token !== undefined && shot.token !== token)) return false
    Object.assign(shot, structuredClone(given(set)), { updatedAt })
    if (audit) this.audit.appendNow([audit])
    return true
  }

  #reach(): void {
    if (this.away) throw new Error('the database is away')
  }

  #write(): void {
    this.#reach()
    this.writes++
  }
}

/** Writes and saved objects are never changed in place, so that they may be shared. */
function copyShot(shot: ShotRow, whole: boolean): ShotRow {
  const copy = { ...shot, lastAttempts: [...shot.lastAttempts] }
  if (whole) return copy
  // Set rather than left out: copies of one shape are many times cheaper, and conductors ask for all of them.
  copy.saved = undefined
  copy.undo = undefined
  return copy
}

function copyAction(action: ActionRow | undefined): ActionRow | undefined {
  return action && { ...action }
}

/** A member that is undefined is left as it was. */
function given<T extends object>(set: T): Partial<T> {
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)) as Partial<T>
}
