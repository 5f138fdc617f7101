import { ago, type Guard } from './guard'

/** A plan describes the fleet as it was; after its time, which is real time, it describes another one. */
export const planFresh: Guard = ({ plan, peopleNow }) => {
  const left = plan.expiresAt - peopleNow
  return {
    guard: 'plan.fresh',
    verdict: left <= 0 ? 'block' : 'pass',
    text:
      left <= 0
        ? `The plan expired ${ago(-left)} ago. Plan again; it takes seconds.`
        : `The plan holds for another ${ago(left)}.`,
  }
}
