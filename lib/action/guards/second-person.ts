import { isSamePerson, SECOND_PERSON, wantsSecondPerson } from '../approval'
import { plannerOf } from '../kinds/planner-of'
import type { GuardVerdict } from '../types'
import { type Guard, someOf } from './guard'

/** How the verdict begins where no second person is asked because there is none. */
const NOBODY_ELSE = 'Nobody else can approve'

/** Whether its confirmation will ask a second person, by what the plan's guards said. */
export function asksSecondPerson(guards: readonly GuardVerdict[]): boolean {
  const said = guards.find(({ guard }) => guard === SECOND_PERSON)
  return said?.verdict === 'warn' && !said.text.startsWith(NOBODY_ELSE)
}

/** What is wide or hard to take back is looked at by two people, where there are two. */
export const secondPerson: Guard = ({ plan, policy, approvers, approval }) => {
  const guard = SECOND_PERSON
  const { tier } = plannerOf(plan.request.kind)
  if (!wantsSecondPerson(policy, tier)) {
    return { guard, verdict: 'pass', text: `Tier ${tier}: one person may confirm it.` }
  }
  const answer = approval?.answer
  if (answer?.kind === 'approved' && !isSamePerson(answer.by, approval?.askedBy ?? ''))
    return { guard, verdict: 'pass', text: `${answer.by} approves it.` }
  if (answer?.kind === 'overridden') {
    return { guard, verdict: 'warn', text: `${answer.by} overrides this guard: ${answer.reason}` }
  }
  if (approvers.length === 0) {
    return {
      guard,
      verdict: 'warn',
      text: `${NOBODY_ELSE}: no other person with the role responder or more is known here. One person confirms it alone; invite a second.`,
    }
  }
  return {
    guard,
    verdict: 'warn',
    text: `Tier ${tier}: a second person approves exactly this plan before anything is armed. It can be ${someOf(approvers)}.`,
  }
}
