import type { ActionPolicy } from './action-policy'
import type { Actor } from './ports'

export const SECOND_PERSON = 'approval.second-person'

/**
 * What a second person is asked, and what came of it: kept with the action, in people's time. Asked → approved |
 * overridden | declined | withdrawn; what was overridden is then to be reviewed.
 */
export interface Approval {
  askedBy: string
  /** Marks of who that is, see `Actor`; for the server alone. */
  askedAs?: readonly string[]
  askedAt: number
  reason: string
  /** From then on a commander may override. */
  overrideAt: number
  answer?: {
    kind: 'approved' | 'overridden' | 'declined' | 'withdrawn'
    by: string
    /** As `askedAs`. */
    as?: readonly string[]
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

/** Whether two accounts are known to be of one human: by their names, or by a mark that both have. */
export function isSameHuman(
  a: Pick<Actor, 'name' | 'identities'>,
  b: Pick<Actor, 'name' | 'identities'>,
): boolean {
  return isSamePerson(a.name, b.name) || (a.identities ?? []).some(mark => b.identities?.includes(mark))
}

const plainName = (name: string) =>
  name
    .normalize('NFKC')
    .replace(/\s*\([^()]*\)\s*$/, '')
    .trim()
    .toLowerCase()

/** The question as it is kept; `now` is people's. */
export function approvalAskedBy(
  actor: Actor,
  reason: string,
  now: number,
  policy: Pick<ActionPolicy, 'overrideAfterMs'>,
): Approval {
  const { name: askedBy, identities: askedAs } = actor
  return { askedBy, askedAs, askedAt: now, reason, overrideAt: now + policy.overrideAfterMs }
}

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
