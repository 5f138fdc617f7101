import { HoldfastError } from '../errors'
import type { Ledger } from './store'
import type { Principal, SessionView } from './types'

/** Whether this session is that of who asks. */
export function isOwn(session: SessionView, by: Principal): boolean {
  return session.id === by.id || (by.personId !== undefined && session.personId === by.personId)
}

/**
 * Ends a session: one's own, or, for administrators, anybody's.
 * @throws HoldfastError `not-found` when there is none, or it is not theirs to end
 */
export async function revokeSession(ledger: Ledger, id: string, by: Principal, now: number): Promise<void> {
  return ledger(async (store, tell) => {
    const session = await store.getSession(id, now)
    const may = session && (isOwn(session, by) || (by.role === 'administrator' && canAdminister(by)))
    if (!may || !(await store.revokeSession(id, now)))
      throw new HoldfastError('not-found', 'There is no such session that you could end.', {
        hint: 'It may have ended by itself in the meantime.',
      })
    const verb = session.id === by.id ? 'session.closed' : 'session.revoked'
    tell(by.name, verb, `session/${id}`, { name: session.name })
  })
}

function canAdminister(by: Principal): boolean {
  return by.via === 'session' || by.scopes?.includes('access:write') === true
}
