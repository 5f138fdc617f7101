import { HoldfastError } from '../errors'
import { assertPersonName } from './invite-person'
import type { Ledger } from './store'
import type { Principal, Role } from './types'

/** What an administrator can change of somebody. */
export interface PersonEdit {
  name?: string
  role?: Role
  disabled?: boolean
}

/**
 * Changes a name or role, disables or enables. Sessions follow at once: they have the role of their person, and those of
 * somebody who is disabled end, as do open invitations.
 * @throws HoldfastError `not-found`, `invalid-input`, or `conflict` for oneself and for roles that come from groups
 */
export async function changePerson(
  ledger: Ledger,
  id: string,
  { name, role, disabled }: PersonEdit,
  by: Principal,
  now: number,
): Promise<void> {
  if (name !== undefined) assertPersonName(name)
  return ledger(async (store, tell) => {
    const person = (await store.findPerson({ id }))?.person
    if (!person) throw new HoldfastError('not-found', 'There is no such person.')
    if (by.personId === id && (role !== undefined || disabled !== undefined))
      throw new HoldfastError('conflict', 'Nobody changes their own role, or disables themselves.', {
        hint: 'Ask another administrator.',
      })
    if (person.isFederated && role !== undefined)
      throw new HoldfastError('conflict', `The role of ${person.name} comes from the identity provider.`, {
        hint: 'Change their groups there, or the mapping under access.oidc.roles in holdfast.yaml.',
      })
    const subject = `person/${id}`
    if (name !== undefined && name !== person.name) {
      await store.changePerson(id, { name })
      tell(by.name, 'person.renamed', subject, { from: person.name, to: name })
    }
    if (role !== undefined && role !== person.role) {
      await store.changePerson(id, { role })
      tell(by.name, 'person.role-changed', subject, { name: person.name, from: person.role, to: role })
    }
    if (disabled === true && person.disabledAt === undefined) {
      await store.changePerson(id, { disabledAt: now })
      await store.voidLinks(id, now)
      const sessionsEnded = await store.revokeSessionsOf(id, now)
      tell(by.name, 'person.disabled', subject, { name: person.name, sessionsEnded })
    }
    if (disabled === false && person.disabledAt !== undefined) {
      await store.changePerson(id, { disabledAt: null })
      tell(by.name, 'person.enabled', subject, { name: person.name })
    }
  })
}
