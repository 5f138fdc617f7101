import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Authenticator, SESSION_COOKIE } from '@/lib/access/authenticate'
import { createProbeToken, createToken } from '@/lib/access/create-token'
import { RateLimit } from '@/lib/access/rate-limit'
import { createSignInLink, signIn } from '@/lib/access/sign-in'
import { SignInLimit } from '@/lib/access/sign-in-limit'
import { MemoryAccessStore } from '@/lib/access/testing/memory-access-store'
import { API_SCOPES, type ApiScope, ROLES, type Role } from '@/lib/access/types'
import { type Engine, setEngine } from '@/lib/engine/engine'

type Door = Role | 'public' | 'agent'
/** The least role; the scope that a token needs, or who no token is for; the status when the door opens. */
type Entry = [door: Door, scope: ApiScope | 'none' | 'people', opened: number]

const READ: Entry = ['viewer', 'read', 200]
/** 400: let in, and told that the body is missing. */
const acts = (opened: number): Entry => ['responder', 'actions:write', opened]
const own = (opened: number): Entry => ['viewer', 'people', opened]
const manages = (opened: number): Entry => ['administrator', 'access:write', opened]
const PUBLIC: Entry = ['public', 'none', 0]

/** Every route there is. A route that is missing here fails, and so does an entry without a route. */
const MATRIX: Record<string, Entry> = {
  'GET /api/openapi.json': PUBLIC,
  'GET /api/stream': READ,
  'GET /api/v1/account': own(200),
  'POST /api/v1/account/passkeys': own(400),
  'DELETE /api/v1/account/passkeys/[id]': own(204),
  'POST /api/v1/account/passkeys/options': own(200),
  'POST /api/v1/account/password': own(400),
  'POST /api/v1/account/totp': own(200),
  'POST /api/v1/account/totp/confirm': own(400),
  'POST /api/v1/account/totp/remove': own(400),
  'GET /api/v1/actions': READ,
  'POST /api/v1/actions': acts(400),
  'GET /api/v1/actions/[id]': READ,
  'POST /api/v1/actions/[id]/abort': acts(200),
  'POST /api/v1/actions/[id]/approve': ['responder', 'people', 400],
  'POST /api/v1/actions/[id]/confirm': acts(400),
  'POST /api/v1/actions/[id]/decline': acts(400),
  'GET /api/v1/actions/[id]/export': READ,
  'POST /api/v1/actions/[id]/override': ['commander', 'people', 400],
  'POST /api/v1/actions/[id]/pause': acts(200),
  'POST /api/v1/actions/[id]/resume': acts(200),
  'POST /api/v1/actions/[id]/review': ['responder', 'people', 400],
  'POST /api/v1/actions/[id]/undo': acts(200),
  'POST /api/v1/actions/[id]/widen': acts(200),
  'POST /api/v1/actions/freeze': ['commander', 'actions:write', 200],
  'POST /api/v1/actions/thaw': ['commander', 'actions:write', 200],
  'GET /api/v1/audit': READ,
  'GET /api/v1/audit/export': READ,
  'GET /api/v1/audit/verification': READ,
  'GET /api/v1/break-glass': ['commander', 'people', 200],
  'POST /api/v1/break-glass': ['administrator', 'people', 201],
  'POST /api/v1/break-glass/[id]/review': ['commander', 'people', 400],
  'GET /api/v1/changes': READ,
  'POST /api/v1/changes': ['responder', 'changes:write', 400],
  'GET /api/v1/clusters/[id]': READ,
  'POST /api/v1/clusters/[id]/prove-lanes': acts(200),
  'GET /api/v1/clusters/[id]/readiness': READ,
  'POST /api/v1/dns-observations': ['agent', 'none', 400],
  'GET /api/v1/dns-sources': READ,
  'GET /api/v1/fleet': READ,
  'GET /api/v1/fuses': READ,
  'POST /api/v1/incident': acts(400),
  'DELETE /api/v1/incident': acts(204),
  'POST /api/v1/invitation': PUBLIC,
  'GET /api/v1/people': manages(200),
  'POST /api/v1/people': manages(400),
  'POST /api/v1/people/[id]': manages(400),
  'POST /api/v1/people/[id]/invitation': manages(201),
  'GET /api/v1/play-runs/[id]': READ,
  'POST /api/v1/play-runs/[id]/end': acts(200),
  'POST /api/v1/play-runs/[id]/plan': acts(400),
  'GET /api/v1/plays': READ,
  'POST /api/v1/plays/[id]/start': acts(400),
  'GET /api/v1/readiness': READ,
  'GET /api/v1/seals': READ,
  'POST /api/v1/seals/[id]/approve': ['responder', 'people', 400],
  'POST /api/v1/seals/[id]/arm': acts(400),
  'POST /api/v1/seals/[id]/withdraw': acts(400),
  'DELETE /api/v1/session': ['viewer', 'none', 204],
  'GET /api/v1/session': ['viewer', 'none', 200],
  'POST /api/v1/session': PUBLIC,
  'POST /api/v1/session/break-glass': PUBLIC,
  'GET /api/v1/session/oidc': PUBLIC,
  'GET /api/v1/session/oidc/callback': PUBLIC,
  'POST /api/v1/session/passkey': PUBLIC,
  'POST /api/v1/session/passkey/options': PUBLIC,
  'POST /api/v1/session/password': PUBLIC,
  'GET /api/v1/sessions': own(200),
  'DELETE /api/v1/sessions/[id]': own(204),
  'POST /api/v1/simulation': ['responder', 'simulation:write', 400],
  'GET /api/v1/suspects': READ,
  'GET /api/v1/timeline': READ,
  'POST /api/v1/timeline': ['responder', 'timeline:write', 400],
  'GET /api/v1/tokens': manages(200),
  'POST /api/v1/tokens': manages(400),
  'DELETE /api/v1/tokens/[id]': manages(204),
  'GET /api/v1/war-room': READ,
  'GET /api/v2/summary.json': PUBLIC,
  'GET /healthz': PUBLIC,
  'GET /metrics': READ,
}

type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>

const app = path.resolve(import.meta.dirname, '..')
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const routes = new Map<string, Handler>()
for (const file of await readdir(app, { recursive: true })) {
  if (path.basename(file) !== 'route.ts') continue
  const module: Record<string, Handler> = await import(/* @vite-ignore */ path.join(app, file))
  const folder = path
    .dirname(file)
    .split(path.sep)
    .filter(part => !part.startsWith('('))
  for (const method of METHODS) {
    const handler = module[method]
    if (handler) routes.set(`${method} /${folder.join('/')}`, handler)
  }
}

interface Caller {
  headers: Record<string, string>
  role?: Role
  /** Tokens only. */
  scope?: ApiScope
}

const store = new MemoryAccessStore()
const sessions = new Map<Role, Caller>()
const tokens: Caller[] = []
let agent: Caller

/** Answers whatever it is asked, so that only the doors are under test. */
const verb: unknown = new Proxy(() => ({}), {
  get: (_target, key) => (key === 'then' ? undefined : verb),
  apply: () => ({}),
})

beforeAll(async () => {
  const now = Date.now()
  for (const role of ROLES) {
    const link = await createSignInLink(store, { name: role, role }, now)
    const { sessionSecret, principal } = await signIn(
      store.ledger,
      link.secret,
      { address: '', agent: '' },
      now,
    )
    const headers = {
      cookie: `${SESSION_COOKIE}=${sessionSecret}`,
      'x-holdfast-csrf': principal.csrfToken ?? '',
      host: 'holdfast.test',
      origin: 'http://holdfast.test',
    }
    sessions.set(role, { headers, role })
    for (const scope of API_SCOPES) {
      const wish = { name: `${role} ${scope}`, role, scopes: [scope] }
      const { secret } = await createToken(store.ledger, wish, 'a test', now)
      tokens.push({ headers: { authorization: `Bearer ${secret}` }, role, scope })
    }
  }
  const { secret } = await createProbeToken(store.ledger, { name: 'eu', clusterId: 'eu-1' }, 'a test', now)
  agent = { headers: { authorization: `Bearer ${secret}` } }
  const access = {
    authenticator: new Authenticator(store, Date.now),
    limit: new RateLimit(60_000, 1_000),
    agentLimit: new RateLimit(60_000, 1_000),
    signInLimit: new SignInLimit(),
  }
  const own: Record<string, unknown> = {
    access: new Proxy(access, { get: (target, key) => Reflect.get(target, key) ?? verb }),
    subscribe: () => ({ close() {}, async *[Symbol.asyncIterator]() {} }),
  }
  setEngine(new Proxy({}, { get: (_target, key) => own[String(key)] ?? verb }) as Engine)
})
afterAll(() => setEngine(undefined))

async function ask(route: string, { headers }: Caller): Promise<number> {
  const [method = '', pattern = ''] = route.split(' ')
  const handler = routes.get(route)
  if (!handler) throw new Error(`no route ${route}`)
  const url = `http://holdfast.test${pattern.replace('[id]', 'x')}`
  const answer = await handler(new Request(url, { method, headers }), {
    params: Promise.resolve({ id: 'x' }),
  })
  await answer.body?.cancel()
  return answer.status
}

const ORDER: readonly Door[] = ROLES
const isAtLeast = (role: Role | undefined, least: Door) =>
  role !== undefined && ROLES.indexOf(role) >= ORDER.indexOf(least)

it('knows every route, and no other', () => {
  expect([...routes.keys()].sort()).toEqual(Object.keys(MATRIX).sort())
})

describe.each(Object.entries(MATRIX).filter(([, [door]]) => door !== 'public'))('%s', (route, entry) => {
  const [door, scope, opened] = entry
  const isWrite = !route.startsWith('GET ')

  it('is closed to nobody in particular, and to forged secrets', async () => {
    const forged: Record<string, string>[] = [
      {},
      { authorization: `Bearer hft_${'a'.repeat(43)}` },
      { authorization: `Bearer hfp_${'a'.repeat(43)}` },
      { cookie: `${SESSION_COOKIE}=hfs_${'a'.repeat(43)}` },
    ]
    for (const headers of forged) expect(await ask(route, { headers })).toBe(401)
  })

  it('opens to sessions by role, and to their own pages only', async () => {
    for (const [role, caller] of sessions) {
      const may = door !== 'agent' && isAtLeast(role, door)
      const refused = door === 'agent' ? 401 : 403
      expect(await ask(route, caller), role).toBe(may ? opened : refused)
      if (!isWrite) continue
      const other = sessions.get(role === 'viewer' ? 'commander' : 'viewer')?.headers['x-holdfast-csrf'] ?? ''
      for (const csrf of ['', 'guessed', other]) {
        const headers = { ...caller.headers, 'x-holdfast-csrf': csrf }
        expect(await ask(route, { headers }), `${role} with another page's token`).toBe(refused)
      }
      const headers = { ...caller.headers, origin: 'https://evil.test' }
      expect(await ask(route, { headers }), `${role} from another site`).toBe(refused)
    }
  })

  it('opens to tokens by role and scope', async () => {
    for (const caller of tokens) {
      const fits = scope === 'none' || scope === caller.scope
      const may = door !== 'agent' && isAtLeast(caller.role, door) && fits
      const refused = door === 'agent' ? 401 : 403
      expect(await ask(route, caller), `${caller.role} with ${caller.scope}`).toBe(may ? opened : refused)
    }
  })

  it('opens to probe agents only when it is theirs', async () => {
    expect(await ask(route, agent)).toBe(door === 'agent' ? opened : 401)
  })
})

it('shows the sessions of everybody to administrators only', async () => {
  const handler = routes.get('GET /api/v1/sessions')
  for (const [role, { headers }] of sessions) {
    const request = new Request('http://holdfast.test/api/v1/sessions?of=everybody', { headers })
    const answer = await handler?.(request, { params: Promise.resolve({ id: '' }) })
    expect(answer?.status, role).toBe(role === 'administrator' ? 200 : 403)
  }
})

it.each(Object.entries(MATRIX).filter(([route, [door]]) => door === 'public' && route.includes('POST')))(
  '%s takes nothing from the pages of other sites',
  async route => {
    const headers = { host: 'holdfast.test', origin: 'https://evil.test' }
    expect(await ask(route, { headers })).toBe(403)
  },
)

it('forgets a session and a token that were ended', async () => {
  const now = Date.now()
  const { secret, id } = await createToken(store.ledger, { name: 'gone', role: 'viewer' }, 'a test', now)
  const caller = { headers: { authorization: `Bearer ${secret}` } }
  await store.revokeToken(id, now)
  expect(await ask('GET /api/v1/fleet', caller)).toBe(401)
  const old = await createToken(
    store.ledger,
    { name: 'old', role: 'viewer', expiresAt: now - 1_000 },
    'a test',
    now - 2_000,
  )
  expect(await ask('GET /api/v1/fleet', { headers: { authorization: `Bearer ${old.secret}` } })).toBe(401)
})
