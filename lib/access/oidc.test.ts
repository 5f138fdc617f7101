import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { OidcDoor } from './oidc'
import { startFakeProvider } from './testing/fake-provider'
import { MemoryAccessStore } from './testing/memory-access-store'

const client = { address: '192.0.2.7', agent: 'a browser' }
const REDIRECT = 'https://holdfast.test/api/v1/session/oidc/callback'
const ada = { sub: 'u1', name: 'Ada', email: 'Ada@example.com', groups: ['sre', 'everybody'] }
let provider: Awaited<ReturnType<typeof startFakeProvider>>
let store: MemoryAccessStore
let door: OidcDoor
let now: number

beforeAll(async () => {
  provider = await startFakeProvider('holdfast')
})
afterAll(() => provider.stop())
beforeEach(() => {
  now = Date.now()
  store = new MemoryAccessStore()
  const roles = { everybody: 'viewer', sre: 'responder', leads: 'commander' } as const
  const settings = { issuer: provider.issuer, clientId: 'holdfast', groupsClaim: 'groups', roles }
  door = new OidcDoor(settings, { store, ledger: store.ledger })
})
async function enter(claims: Record<string, unknown> = ada) {
  const { url, handshake } = await door.begin(REDIRECT, '/dns', now)
  return door.finish(provider.comeBack(url, claims), handshake, client, now)
}

it('asks with PKCE, state and nonce, and gives the highest role of the groups', async () => {
  const { url, handshake } = await door.begin(REDIRECT, '/dns', now)
  const query = new URL(url).searchParams
  expect(query.get('code_challenge_method')).toBe('S256')
  for (const part of ['state', 'nonce', 'code_challenge']) expect(query.get(part)?.length).toBeGreaterThan(20)
  expect(store.dump()).not.toContain(handshake)
  const { opened, next } = await door.finish(provider.comeBack(url, ada), handshake, client, now)
  expect(next).toBe('/dns')
  expect(opened.principal).toMatchObject({ name: 'Ada', role: 'responder', method: 'oidc' })
  expect(store.told.map(line => line.verb)).toEqual(['person.joined', 'session.opened'])
})

it('knows a person again by subject, and follows the groups', async () => {
  await enter()
  const { opened } = await enter({ ...ada, name: 'Renamed there', groups: ['leads'] })
  expect(opened.principal).toMatchObject({ name: 'Ada', role: 'commander' })
  expect(await store.listPeople()).toHaveLength(1)
  await expect(enter({ ...ada, groups: ['strangers', 'constructor'] })).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(await store.listSessions(now)).toEqual([])
})

it('does not take somebody for another of the same name or address', async () => {
  await enter()
  const { opened } = await enter({ ...ada, sub: 'u2' })
  expect(opened.principal.name).toMatch(/^Ada [0-9a-f]{8}$/)
  expect((await enter({ ...ada, sub: 'u3', name: 'Holdfast' })).opened.principal.name).not.toBe('Holdfast')
})

it('keeps the address that the provider vouches for, and no other', async () => {
  const emailOf = () => [...store.people.values()].map(row => row.email ?? null)
  await enter()
  expect(emailOf()).toEqual([null])
  await enter({ ...ada, email_verified: true })
  expect(emailOf()).toEqual(['ada@example.com'])
  await enter({ ...ada, email: 'grace@example.com', email_verified: 'true' })
  expect(emailOf()).toEqual([null])
})

it('lets nobody in who is disabled here', async () => {
  const { opened } = await enter()
  await store.changePerson(opened.principal.personId ?? '', { disabledAt: now })
  await expect(enter()).rejects.toMatchObject({ code: 'forbidden' })
})

it.each([
  ['another state', (query: string) => query.replace(/state=[^&]+/, 'state=forged')],
  ['a code of nobody', (query: string) => query.replace(/code=[^&]+/, 'code=forged')],
  ['no code', () => '?error=access_denied'],
  ['another issuer', (query: string) => query.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.test')],
])('refuses %s', async (_what, forge) => {
  const { url, handshake } = await door.begin(REDIRECT, '/', now)
  const back = door.finish(forge(provider.comeBack(url, ada)), handshake, client, now)
  await expect(back).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(store.sessions.size).toBe(0)
})

it('refuses another nonce, a foreign signature, another browser, a second time and a late one', async () => {
  await expect(enter({ ...ada, nonce: 'forged' })).rejects.toMatchObject({ code: 'unauthenticated' })
  const forged = await door.begin(REDIRECT, '/', now)
  const refused = { code: 'unauthenticated' }
  const isForged = provider.comeBack(forged.url, ada, true)
  await expect(door.finish(isForged, forged.handshake, client, now)).rejects.toMatchObject(refused)
  const begun = await door.begin(REDIRECT, '/', now)
  const query = provider.comeBack(begun.url, ada)
  const other = await door.begin(REDIRECT, '/', now)
  await expect(door.finish(query, other.handshake, client, now)).rejects.toMatchObject(refused)
  await door.finish(query, begun.handshake, client, now)
  await expect(door.finish(query, begun.handshake, client, now)).rejects.toMatchObject(refused)
  const late = await door.begin(REDIRECT, '/', now)
  const after = now + 600_000
  await expect(
    door.finish(provider.comeBack(late.url, ada), late.handshake, client, after),
  ).rejects.toMatchObject(refused)
})

it('says what else helps while the provider is away, and finds it again', async () => {
  const settings = { issuer: 'http://127.0.0.1:9', clientId: 'holdfast', groupsClaim: 'groups', roles: {} }
  const away = new OidcDoor(settings, { store, ledger: store.ledger })
  await expect(away.begin(REDIRECT, '/', now)).rejects.toMatchObject({
    code: 'unavailable',
    hint: expect.stringContaining('break-glass'),
  })
})
