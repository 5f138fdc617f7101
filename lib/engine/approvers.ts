import { ROLES, type Role } from '../access/types'
import { isSameHuman } from '../action/approval'
import type { Approvers } from '../action/ports'

const LEAST: Role = 'responder'

/** Who could be a second person: everybody who can act here with the role responder or more. Wall time: sessions. */
export function createApprovers(
  people: {
    known(
      roles: readonly Role[],
      now: number,
    ): Promise<readonly { name: string; identities: readonly string[] }[]>
  },
  wallNow: () => number,
): Approvers {
  const roles = ROLES.slice(ROLES.indexOf(LEAST))
  return async except => {
    const known = await people.known(roles, wallNow())
    return known.filter(one => !isSameHuman(one, except)).map(one => one.name)
  }
}
