import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Authenticator } from '../access/authenticate'
import { beginTotp, changePassword, confirmTotp, type Owner, removeTotp } from '../access/own-account'
import {
  addPasskey,
  askForPasskey,
  beginPasskey,
  removePasskey,
  type Site,
  signInWithPasskey,
} from '../access/passkeys'
import type { Door } from '../access/sign-in-with-password'
import type { Client, Principal } from '../access/types'
import type { AccountDto } from '../wire/access'
import { personDto } from './dto/access-dto'
import { iso } from './dto/times'
import { needDatabase } from './need-database'

/** What people do about themselves: password, one-time codes, passkeys. */
export function createAccountDesk(door: Door, authenticator: Authenticator, wallNow: () => number) {
  /** Other sessions of the person end with it, at once. */
  const changing = (by: Principal, work: () => Promise<void>): Promise<void> =>
    needDatabase(async () => {
      await work()
      if (by.personId) authenticator.forget(by.personId)
    })
  return {
    get: (by: Principal): Promise<AccountDto> =>
      needDatabase(async () => {
        const found = by.personId ? await door.store.findPerson({ id: by.personId }) : undefined
        if (!found) return { person: null, passkeys: [] }
        const passkeys = await door.store.listPasskeys(found.person.id)
        return {
          person: personDto(found.person),
          passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
            id,
            name,
            createdAt: iso(createdAt),
            lastUsedAt: lastUsedAt === undefined ? null : iso(lastUsedAt),
          })),
        }
      }),
    changePassword: (posted: { current: string; next: string }, owner: Owner) =>
      changing(owner.by, () => changePassword(door, posted, owner, wallNow())),
    beginTotp: (by: Principal) => needDatabase(() => beginTotp(door, by)),
    confirmTotp: (posted: { code: string; password: string }, owner: Owner) =>
      changing(owner.by, () => confirmTotp(door, posted, owner, wallNow())),
    removeTotp: (password: string, owner: Owner) =>
      changing(owner.by, () => removeTotp(door, password, owner, wallNow())),
    beginPasskey: (by: Principal, site: Site) => needDatabase(() => beginPasskey(door, by, site, wallNow())),
    addPasskey: (
      posted: { handshake: string; name: string; response: RegistrationResponseJSON },
      by: Principal,
      site: Site,
    ) => needDatabase(() => addPasskey(door, posted, by, site, wallNow())),
    removePasskey: (id: string, by: Principal) => needDatabase(() => removePasskey(door, id, by)),
    askForPasskey: (site: Site) => needDatabase(() => askForPasskey(door, site, wallNow())),
    signInWithPasskey: (
      posted: { handshake: string; response: AuthenticationResponseJSON },
      client: Client,
      site: Site,
    ) => needDatabase(() => signInWithPasskey(door, posted, client, site, wallNow())),
  }
}
