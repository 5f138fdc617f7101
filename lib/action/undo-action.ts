import { HoldfastError } from '../errors'
import { type ActionContext, findAction, stored } from './action-context'
import { approvalAskedBy, wantsSecondPerson } from './approval'
import type { ArmTerms } from './arm-action'
import { shotsOf } from './arm-shots'
import { freezeRefusals } from './judge-action'
import { plannerOf } from './kinds/planner-of'
import { lapsed } from './lapse-action'
import { planUndo } from './plan-undo'
import type { Actor } from './ports'
import { isOpen } from './shot-machine'
import { type ActionChange, type ActionRow, type ShotRow, summaryOf } from './store'
import type { ActionPlan } from './types'

const UNDOABLE = ['running', 'finished', 'aborted', 'expired'] as const

/**
 * Puts back what an action took away, as an action of its own with the same waves. Only once every shot of the
 * original is settled: a late copy of a removal must not meet the restored object. What asks two people to be done asks
 * two people to be undone; Holdfast's own undo, of what was confirmed to end by itself, asks nobody.
 * @returns the new action, `running`, or `awaiting` a second person
 * @throws HoldfastError `not-found`, `conflict` while shots are open, when it is undone already or somebody asked for
 * that already, `blocked-by-guard` while actions are frozen, `unavailable`
 */
export async function undoAction(
  context: ActionContext,
  id: string,
  actor: Actor,
  by: 'person' | 'automatic' = 'person',
): Promise<ActionRow> {
  const { clock, people, store, policy } = context
  const { original, shots } = await findUndoable(context, id)
  const blockedBy = await freezeRefusals(store)
  if (blockedBy[0]) throw new HoldfastError('blocked-by-guard', blockedBy[0].reason, { blockedBy })
  const isAsked =
    by === 'person' &&
    wantsSecondPerson(policy, plannerOf(original.plan.request.kind).tier) &&
    (await stored(context.approvers(actor))).length > 0
  if (isAsked) await assertNotAsked(context, id)
  const now = clock.now()
  const expiresAt = isAsked ? people.now() + policy.planTtlMs : now + policy.approvalTtlMs
  const plan = planUndo(original, shots, now, expiresAt)
  if (plan.targets.length === 0) {
    throw new HoldfastError('conflict', 'Nothing that landed can be put back: no object was saved.', {
      hint: 'Roll the service out again from its manifest.',
    })
  }
  const undo = {
    id: plan.id,
    kind: original.kind,
    plan,
    digest: plan.digest,
    by: actor.name,
    reason: `Undo of ${id}`,
    plannedAt: now,
    expiresAt,
    undoOf: id,
  }
  if (isAsked) return askForUndo(context, undo, actor)
  const running = { ...undo, state: 'running' as const, confirmedAt: now, confirmedBy: actor.name }
  const undoShots = shotsOf(plan, expiresAt, now)
  return arm(context, original, running, running, undoShots, auditOf(context, actor, 'action.undo', running))
}

/**
 * Arms an undo that a second person was asked about.
 * @throws HoldfastError `conflict` when the original, or the undo, moved on meanwhile; `unavailable`
 */
export async function armAskedUndo(
  context: ActionContext,
  undo: ActionRow,
  { actor, reason, verb, approval }: ArmTerms,
): Promise<ActionRow> {
  const { clock, policy } = context
  const { original } = await findUndoable(context, undo.undoOf ?? '')
  const now = clock.now()
  const expiresAt = now + policy.approvalTtlMs
  const set = { state: 'running' as const, confirmedAt: now, confirmedBy: actor.name, expiresAt, approval }
  const running = { ...undo, ...set }
  const change = { id: undo.id, from: ['awaiting' as const], set }
  const audit = auditOf(context, actor, verb, running)
  const detail = { ...audit.detail, reason, askedBy: approval?.askedBy }
  return arm(context, original, running, change, shotsOf(undo.plan, expiresAt, now), { ...audit, detail })
}

/** @throws HoldfastError `not-found`, or `conflict` with what is in the way */
async function findUndoable(
  { store }: ActionContext,
  id: string,
): Promise<{ original: ActionRow; shots: ShotRow[] }> {
  const original = await findAction(store, id)
  if (original.undoOf) {
    throw new HoldfastError('conflict', 'This action is an undo itself.', { hint: 'Plan the action anew.' })
  }
  const shots = await stored(store.listShots(id, true))
  const open = shots.filter(shot => isOpen(shot.state)).length
  if (open > 0) {
    throw new HoldfastError('conflict', `${open} of its ${shots.length} shots are not settled yet.`, {
      hint: 'Abort it first; what is under way settles within about 75 seconds.',
    })
  }
  if (!UNDOABLE.some(state => state === original.state)) {
    throw new HoldfastError('conflict', `The action is ${original.state}: there is nothing to undo now.`)
  }
  return { original, shots }
}

async function assertNotAsked({ store, people }: ActionContext, id: string): Promise<void> {
  const awaiting = await stored(store.listActionsIn(['awaiting']))
  const other = awaiting.find(one => one.undoOf === id && lapsed(one, people.now()).state === 'awaiting')
  if (!other) return
  throw new HoldfastError(
    'conflict',
    `${other.by} asked for this undo already: it waits for a second person.`,
    {
      hint: `Look at /actions/${other.id}.`,
    },
  )
}

async function askForUndo(
  context: ActionContext,
  undo: Omit<ActionRow, 'state'>,
  actor: Actor,
): Promise<ActionRow> {
  const { people, store, policy } = context
  const approval = approvalAskedBy(actor, undo.reason, people.now(), policy)
  const awaiting: ActionRow = { ...undo, state: 'awaiting', approval }
  await stored(store.savePlan(awaiting, auditOf(context, actor, 'action.approval-asked', awaiting)))
  context.onAction(summaryOf(awaiting))
  return awaiting
}

/** The original becomes `undoing`, the undo `running` with its shots, or nothing happens. */
async function arm(
  context: ActionContext,
  original: ActionRow,
  running: ActionRow,
  stores: ActionRow | ActionChange,
  shots: ShotRow[],
  audit: ReturnType<typeof auditOf>,
): Promise<ActionRow> {
  const { id } = original
  const detail = { undo: running.id }
  const began = { ...audit, verb: 'action.undoing', subject: `action/${id}`, detail }
  const change = { id, from: [...UNDOABLE], set: { state: 'undoing' as const }, audit: began }
  if (!(await stored(context.store.armUndo(change, stores, shots, audit))))
    throw new HoldfastError('conflict', 'Somebody else began to undo it at the same moment.')
  context.onAction(summaryOf({ ...original, state: 'undoing' }))
  context.onAction(summaryOf(running))
  for (const shot of shots) context.onShot(shot)
  context.wake()
  return running
}

function auditOf(
  { clock }: ActionContext,
  actor: Actor,
  verb: string,
  { id, plan, undoOf }: { id: string; plan: ActionPlan; undoOf?: string },
) {
  const shots = plan.targets.reduce((sum, target) => sum + target.steps.length, 0)
  const detail = { original: undoOf, digest: plan.digest, shots, clusters: plan.targets.length }
  return { at: clock.now(), actor: actor.name, verb, subject: `action/${id}`, detail }
}
