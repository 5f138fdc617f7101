import * as oidc from 'openid-client'
import { HoldfastError } from '../errors'
import { normaliseLogin } from './guess-lock'
import { type Opened, openSession } from './open-session'
import { hashSecret, newSecret } from './secrets'
import type { Door } from './sign-in-with-password'
import type { AccessStore, Tell } from './store'
import { type Client, type Person, ROLES, type Role } from './types'

/** The identity provider, as `access.oidc` of holdfast.yaml names it. */
export interface OidcSettings {
  issuer: string
  clientId: string
  clientSecret?: string
  /** Claim with the names of the person's groups. */
  groupsClaim: string
  /** The highest of a person's groups counts; nobody without any gets in. */
  roles: Record<string, Role>
}

const KIND = 'oidc'
const HANDSHAKE_LIFE_MS = 10 * 60_000
const PATIENCE_SECONDS = 8

/** Signs people in at one identity provider: discovery, PKCE, state and nonce, and signatures checked by its keys. */
export class OidcDoor {
  #discovered: Promise<oidc.Configuration> | undefined

  constructor(
    private readonly settings: OidcSettings,
    private readonly door: Pick<Door, 'store' | 'ledger'>,
  ) {}

  /**
   * Where to send the browser, and the secret that it must bring back.
   * @throws HoldfastError `unavailable` when the provider does not answer
   */
  async begin(redirectUri: string, next: string, now: number): Promise<{ url: string; handshake: string }> {
    const config = await this.#configuration()
    const verifier = oidc.randomPKCECodeVerifier()
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const handshake = newSecret('hfh')
    const data = { verifier, state, nonce, next, redirectUri }
    await this.door.ledger(store =>
      store.createHandshake({
        idHash: hashSecret(handshake),
        kind: KIND,
        data,
        expiresAt: now + HANDSHAKE_LIFE_MS,
        now,
      }),
    )
    return { url: url.href, handshake }
  }

  /**
   * Takes the browser that comes back. @param query what the provider sent it back with
   * @throws HoldfastError `unauthenticated` for what does not fit, `forbidden` for who has no role or is disabled
   */
  async finish(
    query: string,
    handshake: string,
    client: Client,
    now: number,
  ): Promise<{ opened: Opened; next: string }> {
    const begun = begunOf(await this.door.store.takeHandshake(hashSecret(handshake), KIND, now))
    if (!begun) throw notFitting()
    const config = await this.#configuration()
    const tokens = await oidc
      .authorizationCodeGrant(config, new URL(query, begun.redirectUri), {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      })
      .catch(cause => {
        throw notFitting(cause)
      })
    const claims = tokens.claims()
    if (!claims) throw notFitting()
    const role = roleOf(claims[this.settings.groupsClaim], this.settings.roles)
    const known = await this.door.store.findPerson({ oidcSubject: subjectOf(claims) })
    if (!role) {
      // Whoever lost every group there loses what is open here.
      if (known) await this.door.ledger(store => store.revokeSessionsOf(known.person.id, now))
      throw new HoldfastError('forbidden', 'None of your groups has a role in Holdfast.', {
        hint: 'Groups are mapped under access.oidc.roles in holdfast.yaml.',
      })
    }
    if (known?.person.disabledAt !== undefined)
      throw new HoldfastError('forbidden', 'An administrator of Holdfast has disabled you.')
    const opened = await this.door.ledger(async (store, tell) => {
      const person = known
        ? await follow(store, tell, known.person, role, verifiedEmail(claims))
        : await join(store, tell, claims, role, now)
      const { id: personId, name } = person
      return openSession(store, tell, { name, role, personId, method: 'oidc', client }, now)
    })
    return { opened, next: begun.next }
  }

  /** Asked once; a provider that was away is asked again at the next try. */
  #configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings
    const url = new URL(issuer)
    const isHere = url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
    this.#discovered ??= oidc
      .discovery(url, clientId, clientSecret, undefined, {
        // Only for a provider on this very machine: on a network it must be https.
        execute: [...(isHere ? [oidc.allowInsecureRequests] : []), oidc.enableNonRepudiationChecks],
        timeout: PATIENCE_SECONDS,
      })
      .catch(cause => {
        this.#discovered = undefined
        throw new HoldfastError('unavailable', 'The identity provider does not answer as it should.', {
          hint: 'Use a password, a passkey or a break-glass code.',
          cause,
        })
      })
    return this.#discovered
  }
}

async function follow(
  store: AccessStore,
  tell: Tell,
  person: Person,
  role: Role,
  email: string | null,
): Promise<Person> {
  await store.changePerson(person.id, { email })
  if (person.role === role) return person
  await store.changePerson(person.id, { role })
  const { id, name } = person
  tell('holdfast', 'person.role-changed', `person/${id}`, { name, from: person.role, to: role, by: 'groups' })
  return { ...person, role }
}

/** Somebody whom the provider knows and Holdfast meets for the first time. Names that are taken get the subject added. */
async function join(
  store: AccessStore,
  tell: Tell,
  claims: oidc.IDToken,
  role: Role,
  now: number,
): Promise<{ id: string; name: string }> {
  const text = (claim: string) => {
    const value = claims[claim]
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 100) : undefined
  }
  const email = text('email') ?? text('preferred_username') ?? claims.sub.slice(0, 100)
  // Only what an invitation could be made out to; the rest of the name is dropped.
  const plain = (text('name') ?? email).replace(/[^\p{L}\p{N}\p{M} .'@_-]/gu, '').slice(0, 44)
  const mark = hashSecret(subjectOf(claims)).slice(0, 8)
  const people = await store.listPeople()
  const isTaken = people.some(one => one.name.toLowerCase() === plain.toLowerCase())
  const isOurs = /^(holdfast|administrator|)$/i.test(plain.trim())
  const name = isTaken || isOurs ? `${plain} ${mark}`.trim() : plain
  const wanted = normaliseLogin(email)
  const login = people.some(one => one.login === wanted) ? `${wanted}-${mark}` : wanted
  const id = crypto.randomUUID()
  const createdBy = 'identity provider'
  await store.createPerson({
    id,
    name,
    login,
    role,
    createdAt: now,
    createdBy,
    oidcSubject: subjectOf(claims),
    email: verifiedEmail(claims),
  })
  tell('holdfast', 'person.joined', `person/${id}`, { name, login, role })
  return { id, name }
}

/** What the provider vouches for; an address that it does not call verified may be anybody's. */
function verifiedEmail(claims: oidc.IDToken): string | null {
  const { email, email_verified: isVerified } = claims
  return isVerified === true && typeof email === 'string' ? email.trim().toLowerCase().slice(0, 254) : null
}

function subjectOf({ iss, sub }: oidc.IDToken): string {
  return `${iss} ${sub}`
}

function roleOf(groups: unknown, roles: Record<string, Role>): Role | undefined {
  const names = Array.isArray(groups) ? groups : [groups]
  const mine = names.flatMap(name =>
    typeof name === 'string' && Object.hasOwn(roles, name) ? roles[name] : [],
  )
  return ROLES.findLast(role => mine.includes(role))
}

interface Begun {
  verifier: string
  state: string
  nonce: string
  next: string
  redirectUri: string
}

function begunOf(data: unknown): Begun | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const kept = new Map(Object.entries(data))
  const [verifier, state, nonce, next, redirectUri] = [
    'verifier',
    'state',
    'nonce',
    'next',
    'redirectUri',
  ].map(key => String(kept.get(key) ?? ''))
  if (!verifier || !state || !nonce || !redirectUri) return undefined
  return { verifier, state, nonce, next: next ?? '', redirectUri }
}

function notFitting(cause?: unknown): HoldfastError {
  return new HoldfastError('unauthenticated', 'What the identity provider sent back does not fit.', {
    hint: 'Begin anew; a try stands for ten minutes and works once.',
    cause,
  })
}
