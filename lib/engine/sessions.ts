import { Authenticator } from '../access/authenticate'
import { RateLimit } from '../access/rate-limit'
import { signIn } from '../access/sign-in'
import { SignInLimit } from '../access/sign-in-limit'
import type { Engine } from './engine'
import { needDatabase } from './need-database'
import type { Stores } from './stores'

/** Signing in and out, with their audit. Sessions run on wall time; the audit on the fleet's. */
export function createSessions(stores: Stores, wallNow: () => number, now: () => number): Engine['access'] {
  const authenticator = new Authenticator(stores.access, wallNow)
  return {
    authenticator,
    limit: new RateLimit(1_200, 300),
    // Two replicas tell every 12 s; the burst is what they could not send for six minutes.
    agentLimit: new RateLimit(120, 80),
    signInLimit: new SignInLimit(),
    signIn: secret =>
      needDatabase(async () => {
        const result = await signIn(stores.access, secret, wallNow())
        const { name, role, id } = result.principal
        await stores.audit.append([
          { at: now(), actor: name, verb: 'session.opened', subject: `session/${id}`, detail: { role } },
        ])
        return result
      }),
    signOut: principal =>
      needDatabase(async () => {
        if (principal.via === 'session') await stores.access.revokeSession(principal.id, wallNow())
        authenticator.forget(principal.id)
        await stores.audit.append([
          {
            at: now(),
            actor: principal.name,
            verb: 'session.closed',
            subject: `session/${principal.id}`,
            detail: {},
          },
        ])
      }),
  }
}
