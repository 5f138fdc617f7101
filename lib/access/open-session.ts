import { randomUUID } from 'node:crypto'
import { hashSecret, newSecret } from './secrets'
import type { AccessStore, Tell } from './store'
import type { Client, Method, Principal, Role } from './types'

export const SESSION_LIFE_MS = 12 * 3600_000
/** For who came through broken glass: long enough for an incident, short enough to be looked at. */
export const BREAK_GLASS_LIFE_MS = 4 * 3600_000
const AGENT_SHOWN = 200

/** A session's secret is told once, in the cookie. */
export interface Opened {
  sessionSecret: string
  principal: Principal
  expiresAt: number
}

/** Opens a session and tells the audit; every way to sign in ends here. */
export async function openSession(
  store: AccessStore,
  tell: Tell,
  who: { id?: string; name: string; role: Role; personId?: string; method: Method; client: Client },
  now: number,
): Promise<Opened> {
  const { id = randomUUID(), name, role, personId, method, client } = who
  const sessionSecret = newSecret('hfs')
  const csrfToken = newSecret('hfs')
  const expiresAt = now + (method === 'break-glass' ? BREAK_GLASS_LIFE_MS : SESSION_LIFE_MS)
  const address = client.address.slice(0, 64)
  await store.createSession({
    id,
    tokenHash: hashSecret(sessionSecret),
    csrfToken,
    name,
    role,
    personId,
    method,
    address,
    agent: client.agent.replaceAll('\0', '').slice(0, AGENT_SHOWN),
    createdAt: now,
    expiresAt,
  })
  tell(name, 'session.opened', `session/${id}`, { role, method, address, ...(personId && { personId }) })
  return {
    sessionSecret,
    expiresAt,
    principal: { name, role, via: 'session', id, personId, method, csrfToken },
  }
}
