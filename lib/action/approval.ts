import type { ActionPolicy } from './action-policy'
import type { Actor } from './ports'

export const SECOND_PERSON = 'approval.second-person'

/**
 * What a second person is asked, and what came of it: kept with the action, in people's time. Asked → approved |
 * overridden | declined | withdrawn; what was overridden is then to be reviewed.
 */
export interface Approval {
  askedBy: string
  askedAt: number
  reason: string
  /** From then on a commander may override. */
  overrideAt: number
  answer?: {
    kind: 'approved' | 'overridden' | 'declined' | 'withdrawn'
    by: string
    at: number
    reason: string
  }
  /** By somebody other than who overrode. */
  review?: { by: string; at: number; note: string }
}

/**
 * Names as people write them: the same person in other letters is no second one, nor is one who came in another way,
 * which stands in brackets behind the name (`Ada (break-glass)`).
 */
export function isSamePerson(a: string, b: string): boolean {
  return plainName(a) === plainName(b)
}

const plainName = (name: string) =>
  name
    .normalize('NFKC')
    .replace(/\s*\([^()]*\)\s*$/, '')
    .trim()
    .toLowerCase()

/** Whether the policy wants another person for an action of this tier. */
export function wantsSecondPerson(
  { secondPerson }: Pick<ActionPolicy, 'secondPerson'>,
  tier: 0 | 1 | 2,
): boolean {
  return secondPerson === 'always' || (secondPerson === 'tier2' && tier === 2)
}

/** Whether it went out without a second person, and nobody has looked at that yet. */
export function isToReview({ approval }: { approval?: Approval }): boolean {
  return approval?.answer?.kind === 'overridden' && approval.review === undefined
}

/**
 * Why somebody can be nobody's second person, or undefined. A token acts for a program, or for somebody who may have
 * asked; whoever broke the glass goes by the name that they gave themselves.
 */
export function notSecond({ via, breakGlass }: Actor): string | undefined {
  if (via === 'token') return 'An API token is nobody: a person answers in a session.'
  return breakGlass
    ? 'A break-glass sign-in proves nobody’s name, so it cannot be the second person. A commander may override once the time to answer is over.'
    : undefined
}
