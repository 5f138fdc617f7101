import { acceptInvitation, findInvitation } from '../access/accept-invitation'
import { Authenticator } from '../access/authenticate'
import { breakGlass, printBreakGlassCodes, reviewBreakGlass } from '../access/break-glass'
import { changePerson } from '../access/change-person'
import { createToken } from '../access/create-token'
import { inviteAgain, invitePerson } from '../access/invite-person'
import { OidcDoor, type OidcSettings } from '../access/oidc'
import type { Opened } from '../access/open-session'
import { parseLife } from '../access/parse-life'
import { PasswordHasher } from '../access/password-hash'
import { RateLimit } from '../access/rate-limit'
import { isOwn, revokeSession } from '../access/revoke-session'
import { revokeToken } from '../access/revoke-token'
import { createSealer } from '../access/seal'
import { signIn } from '../access/sign-in'
import { SignInLimit } from '../access/sign-in-limit'
import { type Door, signInWithPassword } from '../access/sign-in-with-password'
import type { BreakGlassCode, Client, Principal } from '../access/types'
import { HoldfastError } from '../errors'
import type { PersonChangePost, PersonPost, TokenPost } from '../wire/access'
import { createAccountDesk } from './account-desk'
import { breakGlassDto, personDto, sessionDto, tokenDto } from './dto/access-dto'
import { iso } from './dto/times'
import { log } from './log'
import { needDatabase } from './need-database'
import type { Stores } from './stores'

/**
 * Who may: signing in and out, people, sessions, tokens, broken glass. Wall time throughout, since sessions belong to
 * people; the audit's lines have the fleet's time. Every verb but the limits may throw `unavailable`.
 */
export function createAccessDesk(
  stores: Stores,
  options: { sealingKey?: Buffer; oidc?: OidcSettings; wallNow: () => number },
) {
  const { access: store, accessLedger: ledger } = stores
  const { wallNow } = options
  const door: Door = {
    store,
    ledger,
    hasher: new PasswordHasher(),
    sealer: createSealer(options.sealingKey),
  }
  const authenticator = new Authenticator(store, wallNow)
  const provider = options.oidc && new OidcDoor(options.oidc, door)
  const needProvider = (): OidcDoor => {
    if (provider) return provider
    throw new HoldfastError('not-found', 'No identity provider is configured.', {
      hint: 'It is set under access.oidc in holdfast.yaml.',
    })
  }
  let unreviewed: BreakGlassCode[] = []
  const lookAtUses = async () => {
    unreviewed = await store.unreviewed()
  }
  /** Does it, then looks anew for whom it was about, at once. */
  const changing = <T>(id: string, work: () => Promise<T>): Promise<T> =>
    needDatabase(async () => {
      const result = await work()
      authenticator.forget(id)
      return result
    })
  const toLink = ({
    personId,
    secret,
    expiresAt,
  }: {
    personId: string
    secret: string
    expiresAt: number
  }) => ({
    personId,
    path: `/invitation?token=${secret}`,
    expiresAt: iso(expiresAt),
  })

  return {
    authenticator,
    limit: new RateLimit(1_200, 300),
    // Two replicas tell every 12 s; the burst is what they could not send for six minutes.
    agentLimit: new RateLimit(120, 80),
    signInLimit: new SignInLimit(),

    signIn: (secret: string, client: Client): Promise<Opened> =>
      needDatabase(() => signIn(ledger, secret, client, wallNow())),
    signInWithPassword: (typed: { login: string; password: string; code?: string }, client: Client) =>
      needDatabase(() => signInWithPassword(door, typed, client, wallNow())),
    breakGlass: (typed: { code: string; name: string; reason: string }, client: Client): Promise<Opened> =>
      needDatabase(async () => {
        const opened = await breakGlass(ledger, typed, client, wallNow())
        await lookAtUses().catch(error => log('warn', 'the notice about broken glass waits', error))
        return opened
      }),
    /** Whose invitation it is. @throws HoldfastError `unauthenticated` */
    invitation: (secret: string) => needDatabase(() => findInvitation(store, secret, wallNow())),
    acceptInvitation: (posted: { token: string; password: string }, client: Client): Promise<Opened> =>
      needDatabase(async () => {
        const { token: secret, password } = posted
        const opened = await acceptInvitation(door, { secret, password }, client, wallNow())
        authenticator.forget(opened.principal.personId ?? '')
        return opened
      }),
    signOut: (principal: Principal): Promise<void> =>
      principal.via === 'session'
        ? changing(principal.id, () => revokeSession(ledger, principal.id, principal, wallNow()))
        : Promise.resolve(),

    oidc: {
      isConfigured: provider !== undefined,
      /** @throws HoldfastError `not-found` or `unavailable` */
      begin: (redirectUri: string, next: string) =>
        needDatabase(() => needProvider().begin(redirectUri, next, wallNow())),
      finish: (query: string, handshake: string, client: Client) =>
        needDatabase(async () => {
          const done = await needProvider().finish(query, handshake, client, wallNow())
          authenticator.forget(done.opened.principal.personId ?? '')
          return done
        }),
    },

    sessions: {
      list: (by: Principal, everybody: boolean) =>
        needDatabase(async () => {
          const all = await store.listSessions(wallNow(), everybody ? undefined : by.personId)
          return {
            sessions: all
              .filter(one => everybody || isOwn(one, by))
              .map(one => sessionDto(one, { isThis: one.id === by.id, isOwn: isOwn(one, by) })),
          }
        }),
      revoke: (id: string, by: Principal) => changing(id, () => revokeSession(ledger, id, by, wallNow())),
    },

    people: {
      list: () => needDatabase(async () => ({ people: (await store.listPeople()).map(personDto) })),
      invite: (post: PersonPost, by: Principal) =>
        needDatabase(async () => toLink(await invitePerson(ledger, post, by.name, wallNow()))),
      inviteAgain: (id: string, by: Principal) =>
        needDatabase(async () => toLink(await inviteAgain(ledger, id, by.name, wallNow()))),
      change: (id: string, post: PersonChangePost, by: Principal) =>
        changing(id, () => changePerson(ledger, id, post, by, wallNow())),
    },

    tokens: {
      list: () => needDatabase(async () => ({ tokens: (await store.listTokens()).map(tokenDto) })),
      create: ({ name, role, scopes, expires }: TokenPost, by: Principal) =>
        needDatabase(async () => {
          const expiresAt = expires === null ? undefined : wallNow() + parseLife(expires, 'expires')
          const made = await createToken(ledger, { name, role, scopes, expiresAt }, by.name, wallNow())
          return { id: made.id, token: made.secret }
        }),
      revoke: (id: string, by: Principal) => changing(id, () => revokeToken(ledger, id, by.name, wallNow())),
    },

    glass: {
      state: () => needDatabase(async () => breakGlassDto(await store.listCodes())),
      print: (by: Principal) =>
        needDatabase(async () => ({ codes: await printBreakGlassCodes(ledger, by.name, wallNow()) })),
      review: (id: string, note: string, by: Principal) =>
        needDatabase(async () => {
          await reviewBreakGlass(ledger, id, note, by, wallNow())
          await lookAtUses()
        }),
      /** Uses that nobody has reviewed, as last looked at. */
      unreviewed: () => unreviewed,
      look: lookAtUses,
    },

    account: createAccountDesk(door, authenticator, wallNow),
  }
}
export type AccessDesk = ReturnType<typeof createAccessDesk>
