import { ROLES, type Role } from '../access/types'
import { isSamePerson } from '../action/approval'
import type { Approvers } from '../action/ports'

const LEAST: Role = 'responder'

/** Who could be a second person: everybody who can act here with the role responder or more. Wall time: sessions. */
export function createApprovers(
  people: { known(roles: readonly Role[], now: number): Promise<readonly string[]> },
  wallNow: () => number,
): Approvers {
  const roles = ROLES.slice(ROLES.indexOf(LEAST))
  return async exceptName => {
    const names = await people.known(roles, wallNow())
    return names.filter(name => !isSamePerson(name, exceptName))
  }
}
