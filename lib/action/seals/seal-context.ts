import type { Clock } from '../../clock/clock'
import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import type { Approval } from '../approval'
import type { PeopleTime } from '../people-time'
import type { Actor, TargetSource } from '../ports'
import type { ActionRow } from '../store'
import type { ActionPlan, ActionRequest } from '../types'
import type { SealStore } from './store'
import type { Seal } from './types'

/** What the verbs of seals work with. */
export interface SealContext {
  clock: Clock
  people: PeopleTime
  source: TargetSource
  store: SealStore
  plan(request: ActionRequest, actor: Actor): Promise<ActionPlan>
  /** Arms a plan that a second person has approved already; `spend` is asked last before. */
  arm(actionId: string, approval: Approval, spend: () => Promise<void>, actor: Actor): Promise<ActionRow>
}

/** @throws HoldfastError `not-found`, `unavailable` */
export async function findSeal({ store }: SealContext, id: string): Promise<Seal> {
  const seal = await stored(store.get(id))
  if (seal) return seal
  throw new HoldfastError('not-found', `There is no seal ${id.slice(0, 64)}.`)
}

/** A seal that is neither used nor answered ends by itself. `now` is people's. */
export function hasExpired({ state, expiresAt }: Seal, now: number): boolean {
  return (state === 'prepared' || state === 'approved') && now >= expiresAt
}

/** Keeps a refusal in the audit. @returns the error to throw */
export async function sealRefused(
  { clock, store }: SealContext,
  seal: Seal,
  blockedBy: { guard: string; reason: string }[],
  actor: Actor,
): Promise<HoldfastError> {
  await stored(
    store.change(seal.state, seal, {
      at: clock.now(),
      actor: actor.name,
      verb: 'seal.refused',
      subject: `seal/${seal.id}`,
      detail: { blockedBy },
    }),
  )
  return new HoldfastError('blocked-by-guard', blockedBy.map(one => one.reason).join(' '), {
    blockedBy,
    hint: 'A removal can be planned anew at any time; a second person then approves its own digest.',
  })
}
