import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import { isSameHuman, notSecond, SECOND_PERSON } from '../approval'
import type { Actor } from '../ports'
import { findSeal, hasExpired, type SealContext, sealRefused } from './seal-context'
import type { Seal } from './types'

/**
 * The second person approves exactly this scope and expiry, ahead of any incident.
 * @throws HoldfastError `not-found`, `conflict` when it was answered or expired, `blocked-by-guard` for the one who
 * prepared it, a token, or another digest; `unavailable`
 */
export async function approveSeal(
  context: SealContext,
  id: string,
  given: { digest: string; reason: string },
  actor: Actor,
): Promise<Seal> {
  const seal = await findSeal(context, id)
  onlyIn(seal, ['prepared'], context.people.now())
  const reasons = [notSecond(actor)]
  if (isSameHuman(actor, { name: seal.preparedBy, identities: seal.preparedAs && [...seal.preparedAs] }))
    reasons.push(`${seal.preparedBy} prepared it, and cannot be the second person too.`)
  const refusals = reasons.flatMap(reason => (reason ? [{ guard: SECOND_PERSON, reason }] : []))
  if (given.digest !== seal.digest)
    refusals.push({
      guard: 'seal.digest',
      reason: 'This is not the scope that you looked at. Open it again.',
    })
  if (refusals.length > 0) throw await sealRefused(context, seal, refusals, actor)
  return answer(context, seal, 'approved', given.reason, actor)
}

/**
 * Ends a seal before it is used: declined by somebody else, withdrawn by who prepared it.
 * @throws HoldfastError `not-found`, `conflict` when it has ended already, `unavailable`
 */
export async function endSeal(
  context: SealContext,
  id: string,
  { reason }: { reason: string },
  actor: Actor,
): Promise<Seal> {
  const seal = await findSeal(context, id)
  onlyIn(seal, ['prepared', 'approved'], context.people.now())
  const isOwn = isSameHuman(actor, {
    name: seal.preparedBy,
    identities: seal.preparedAs && [...seal.preparedAs],
  })
  return answer(context, seal, isOwn || seal.state === 'approved' ? 'withdrawn' : 'declined', reason, actor)
}

export function onlyIn(seal: Seal, states: readonly Seal['state'][], now: number): void {
  const state = hasExpired(seal, now) ? 'expired' : seal.state
  if (states.some(one => one === state)) return
  const by = seal.used?.by ?? seal.answer?.by
  throw new HoldfastError('conflict', `The seal is ${state}${by ? ` by ${by}` : ''}.`, {
    hint: state === 'prepared' ? 'A second person approves it first.' : 'Plan a removal anew.',
  })
}

async function answer(
  { clock, people, store }: SealContext,
  seal: Seal,
  state: 'approved' | 'declined' | 'withdrawn',
  reason: string,
  actor: Actor,
): Promise<Seal> {
  const by = { by: actor.name, as: actor.identities, at: people.now(), reason }
  const answered: Seal = { ...seal, state, answer: by }
  const audit = {
    at: clock.now(),
    actor: actor.name,
    verb: `seal.${state}`,
    subject: `seal/${seal.id}`,
    detail: { digest: seal.digest, reason },
  }
  if (await stored(store.change(seal.state, answered, audit))) return answered
  throw new HoldfastError('conflict', 'Somebody else answered it at the same moment. Look again.')
}
