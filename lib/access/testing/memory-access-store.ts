import { HoldfastError } from '../../errors'
import { identitiesOf } from '../identities'
import { apiScopes } from '../parse-access'
import type { AccessStore, Ledger, NewPerson, NewSession, PersonChange, Tell } from '../store'
import type {
  ApiToken,
  BreakGlassCode,
  Credentials,
  Failures,
  Passkey,
  Person,
  Principal,
  SessionView,
  SignInLink,
} from '../types'

type Row = Credentials & { oidcSubject?: string; email?: string | null; totpStep: number }

/** What `lib/store` keeps, in memory. `away` makes every look at a secret fail, as without a database. */
export class MemoryAccessStore implements AccessStore {
  away = false
  readonly told: { actor: string; verb: string; subject: string; detail: Record<string, unknown> }[] = []
  readonly links = new Map<string, SignInLink & { usedAt?: number }>()
  readonly sessions = new Map<string, NewSession & { revokedAt?: number }>()
  readonly people = new Map<string, Row>()
  readonly tokens = new Map<string, ApiToken>()
  readonly failures = new Map<string, Failures>()
  readonly passkeys = new Map<string, Passkey>()
  readonly handshakes = new Map<string, { kind: string; data: unknown; expiresAt: number }>()
  readonly codes = new Map<string, BreakGlassCode>()

  /** Not undone when the work fails: what must be all or nothing is tested on PostgreSQL. */
  readonly ledger: Ledger = work => {
    const tell: Tell = (actor, verb, subject, detail) => this.told.push({ actor, verb, subject, detail })
    return work(this, tell)
  }

  /** Everything that is kept, as text: no secret may be found in it. */
  dump(): string {
    const kept = [
      this.links,
      this.sessions,
      this.people,
      this.tokens,
      this.codes,
      this.handshakes,
      this.failures,
    ]
    return JSON.stringify([...kept.map(map => [...map]), this.told])
  }

  async createLink({
    tokenHash,
    createdAt: _at,
    ...link
  }: SignInLink & { tokenHash: string; createdAt: number }) {
    this.links.set(tokenHash, link)
  }
  async findLink(tokenHash: string, now: number) {
    const link = this.links.get(tokenHash)
    return link && link.usedAt === undefined && link.expiresAt > now ? link : undefined
  }
  async redeemLink(tokenHash: string, now: number) {
    const link = await this.findLink(tokenHash, now)
    if (link) this.links.set(tokenHash, { ...link, usedAt: now })
    return link
  }
  async voidLinks(personId: string, now: number) {
    for (const link of this.links.values()) if (link.personId === personId) link.usedAt ??= now
  }

  async createSession(session: NewSession) {
    this.sessions.set(session.tokenHash, session)
  }
  async findSession(tokenHash: string, now: number): Promise<Principal | undefined> {
    this.#assertThere()
    const session = this.sessions.get(tokenHash)
    if (!session || !this.#stands(session, now)) return undefined
    const { id, csrfToken, personId, method } = session
    const { name, role } = this.#personOf(session) ?? session
    const row = personId === undefined ? undefined : this.people.get(personId)
    const identities = row && identitiesOf({ ...row.person, email: row.email, oidcSubject: row.oidcSubject })
    return { id, name, role, via: 'session', personId, identities, method, csrfToken }
  }
  async listSessions(now: number, personId?: string): Promise<SessionView[]> {
    return [...this.sessions.values()]
      .filter(one => this.#stands(one, now) && (personId === undefined || one.personId === personId))
      .map(({ tokenHash: _hash, csrfToken: _csrf, ...one }) => one)
      .reverse()
  }
  async getSession(id: string, now: number) {
    return (await this.listSessions(now)).find(one => one.id === id)
  }
  async revokeSession(id: string, now: number) {
    const session = [...this.sessions.values()].find(one => one.id === id && this.#stands(one, now))
    if (session) session.revokedAt = now
    return session !== undefined
  }
  async revokeSessionsOf(personId: string, now: number, exceptId?: string) {
    const mine = [...this.sessions.values()].filter(
      one => one.personId === personId && one.id !== exceptId && one.revokedAt === undefined,
    )
    for (const one of mine) one.revokedAt = now
    return mine.length
  }

  async createPerson({ oidcSubject, email, ...person }: NewPerson) {
    this.#assertFree(person.id, person.name, person.login)
    const isFederated = oidcSubject !== undefined
    const kept = { ...person, hasPassword: false, hasTotp: false, passkeys: 0, isFederated }
    this.people.set(person.id, { person: kept, oidcSubject, email, totpStep: 0 })
  }
  async listPeople() {
    return [...this.people.values()].map(row => this.#credentials(row).person)
  }
  async findPerson(by: { id: string } | { login: string } | { oidcSubject: string }) {
    const row = [...this.people.values()].find(one =>
      'id' in by
        ? one.person.id === by.id
        : 'login' in by
          ? one.person.login === by.login
          : one.oidcSubject === by.oidcSubject,
    )
    return row && this.#credentials(row)
  }
  async changePerson(id: string, { name, role, disabledAt, ...proofs }: PersonChange) {
    const row = this.people.get(id)
    if (!row) throw new Error('no such person')
    if (name !== undefined) this.#assertFree(id, name, row.person.login)
    Object.assign(row.person, name !== undefined && { name }, role !== undefined && { role })
    if (disabledAt !== undefined) row.person.disabledAt = disabledAt ?? undefined
    for (const [key, value] of Object.entries(proofs))
      if (value !== undefined) Object.assign(row, { [key]: value ?? undefined })
  }
  async takeTotpStep(personId: string, step: number) {
    const row = this.people.get(personId)
    if (!row || row.totpStep >= step) return false
    row.totpStep = step
    return true
  }
  async changeFailures(
    loginHash: string,
    change: (known: Failures | undefined) => Failures | undefined,
    forgottenBefore: number,
  ) {
    for (const [key, { lastAt }] of this.failures) if (lastAt < forgottenBefore) this.failures.delete(key)
    const next = change(this.failures.get(loginHash))
    if (next) this.failures.set(loginHash, next)
    else this.failures.delete(loginHash)
  }
  async addPasskey(passkey: Passkey) {
    this.passkeys.set(passkey.id, passkey)
  }
  async listPasskeys(personId: string) {
    return [...this.passkeys.values()].filter(one => one.personId === personId)
  }
  async findPasskey(id: string) {
    return this.passkeys.get(id)
  }
  async touchPasskey(id: string, counter: number, lastUsedAt: number) {
    const passkey = this.passkeys.get(id)
    if (passkey) this.passkeys.set(id, { ...passkey, counter, lastUsedAt })
  }
  async removePasskey(id: string, personId: string) {
    return this.passkeys.get(id)?.personId === personId && this.passkeys.delete(id)
  }
  async createHandshake({ idHash, ...handshake }: Parameters<AccessStore['createHandshake']>[0]) {
    this.handshakes.set(idHash, handshake)
  }
  async takeHandshake(idHash: string, kind: string, now: number) {
    const found = this.handshakes.get(idHash)
    if (!found || found.kind !== kind || found.expiresAt <= now) return undefined
    this.handshakes.delete(idHash)
    return found.data
  }

  async createToken({ tokenHash, ...token }: ApiToken & { tokenHash: string }) {
    this.tokens.set(tokenHash, token)
  }
  async findToken(tokenHash: string, now: number): Promise<Principal | undefined> {
    const token = this.#token(tokenHash, now)
    if (!token || token.clusterId !== undefined) return undefined
    const { id, name, role, scopes } = token
    return { id, name, role, via: 'token', scopes: apiScopes(scopes) }
  }
  async findProbeToken(tokenHash: string, now: number) {
    const token = this.#token(tokenHash, now)
    return token?.clusterId === undefined
      ? undefined
      : { id: token.id, name: token.name, clusterId: token.clusterId }
  }
  async listTokens() {
    return [...this.tokens.values()].reverse()
  }
  async revokeToken(id: string, now: number) {
    const token = [...this.tokens.values()].find(one => one.id === id && one.revokedAt === undefined)
    if (token) token.revokedAt = now
    return token
  }

  async replaceCodes(
    codes: readonly { id: string; codeHash: string }[],
    createdBy: string,
    createdAt: number,
  ) {
    for (const code of this.codes.values()) if (code.usedAt === undefined) code.revokedAt ??= createdAt
    for (const { id, codeHash } of codes) this.codes.set(codeHash, { id, createdBy, createdAt })
  }
  async redeemCode(codeHash: string, use: Parameters<AccessStore['redeemCode']>[1], now: number) {
    const code = this.codes.get(codeHash)
    if (!code || code.usedAt !== undefined || code.revokedAt !== undefined) return undefined
    Object.assign(code, use, { usedAt: now })
    return code.id
  }
  async listCodes() {
    return [...this.codes.values()].filter(code => code.revokedAt === undefined || code.usedAt !== undefined)
  }
  async findCode(id: string) {
    return [...this.codes.values()].find(code => code.id === id)
  }
  async unreviewed() {
    return [...this.codes.values()].filter(code => code.usedAt !== undefined && code.reviewedAt === undefined)
  }
  async reviewCode(id: string, reviewedBy: string, reviewNote: string, reviewedAt: number) {
    const code = await this.findCode(id)
    if (!code?.usedAt || code.reviewedAt !== undefined) return false
    Object.assign(code, { reviewedBy, reviewNote, reviewedAt })
    return true
  }

  #assertThere(): void {
    if (this.away) throw new Error('away')
  }
  #token(tokenHash: string, now: number): ApiToken | undefined {
    this.#assertThere()
    const token = this.tokens.get(tokenHash)
    return token && token.revokedAt === undefined && (token.expiresAt ?? now + 1) > now ? token : undefined
  }
  #personOf({ personId }: { personId?: string }): Person | undefined {
    return personId === undefined ? undefined : this.people.get(personId)?.person
  }
  #stands(session: NewSession & { revokedAt?: number }, now: number): boolean {
    const isDisabled = this.#personOf(session)?.disabledAt !== undefined
    return session.revokedAt === undefined && session.expiresAt > now && !isDisabled
  }
  #credentials({ person, passwordHash, totpSecret, totpPending }: Row): Credentials {
    const passkeys = [...this.passkeys.values()].filter(one => one.personId === person.id).length
    const has = { hasPassword: passwordHash !== undefined, hasTotp: totpSecret !== undefined }
    return { person: { ...person, ...has, passkeys }, passwordHash, totpSecret, totpPending }
  }
  #assertFree(id: string, name: string, login: string): void {
    for (const { person } of this.people.values())
      if (person.id !== id && (person.name === name || person.login === login))
        throw new HoldfastError('conflict', 'Somebody else has this name already.')
  }
}
