import { ago, type Guard } from './guard'

/** A plan describes the fleet as it was; after its time it describes another one. */
export const planFresh: Guard = ({ plan, now }) => {
  const expired = now >= plan.expiresAt
  return {
    guard: 'plan.fresh',
    verdict: expired ? 'block' : 'pass',
    text: expired
      ? `The plan is ${ago(now - plan.plannedAt)} old and expired ${ago(now - plan.expiresAt)} ago. Plan again; it takes seconds.`
      : `The plan is ${ago(now - plan.plannedAt)} old and holds for another ${ago(plan.expiresAt - now)}.`,
  }
}
