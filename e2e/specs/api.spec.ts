import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { APIRequestContext } from '@playwright/test'
import parsePrometheus from 'parse-prometheus-text-format'
import { z } from 'zod'
import { auditDto } from '../../lib/wire/audit'
import { clusterDetailDto } from '../../lib/wire/cluster-detail'
import { dnsSourcesDto } from '../../lib/wire/dns-sources'
import { fleetDto } from '../../lib/wire/fleet'
import { fusesDto } from '../../lib/wire/fuses'
import { problemDto } from '../../lib/wire/problem'
import { warRoomDto } from '../../lib/wire/stream'
import { changeDto, changesDto, suspectsDto } from '../../lib/wire/suspects'
import { test as base, expect } from '../holdfast-test'
import { runToken } from '../sign-in'

const ROLES = ['viewer', 'responder', 'commander', 'administrator'] as const
type Role = (typeof ROLES)[number]
const NO_COOKIES = { cookies: [], origins: [] }

/** Adds a client for each role with a token made on the command line, and one that has none. */
const test = base.extend<object, { api: Record<Role | 'nobody', APIRequestContext> }>({
  api: [
    async ({ holdfast, playwright }, use) => {
      const client = (token?: string) =>
        playwright.request.newContext({
          baseURL: holdfast.url,
          storageState: NO_COOKIES,
          extraHTTPHeaders: token ? { authorization: `Bearer ${token}` } : {},
        })
      const made: Partial<Record<Role, APIRequestContext>> = {}
      for (const role of ROLES)
        made[role] = await client(await runToken(holdfast.dataDir, 'create', `e2e ${role}`, role))
      const api = { ...made, nobody: await client() } as Record<Role | 'nobody', APIRequestContext>
      await use(api)
      await Promise.all(Object.values(api).map(c => c.dispose()))
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

test.use({ holdfastArgs: ['--scenario', 'small-fleet', '--speed', '1', '--seed', '2'] })

const READS = [
  '/api/v1/fleet',
  '/api/v1/war-room',
  '/api/v1/fuses',
  '/api/v1/dns-sources',
  '/api/v1/readiness',
  '/api/v1/suspects',
  '/api/v1/changes',
  '/api/v1/timeline',
  '/api/v1/actions',
  '/api/v1/audit',
  '/api/v1/session',
  '/metrics',
]
const change = { kind: 'Deployment', namespace: 'shop', name: 'checkout', clusters: ['use-api-01'] }
const WRITES: [path: string, body: unknown, status: number][] = [
  ['/api/v1/changes', change, 201],
  ['/api/v1/timeline', { text: 'Looking at it' }, 201],
  ['/api/v1/simulation', { speed: 1 }, 200],
  ['/api/v1/actions/none/confirm', { digest: '0'.repeat(64), typedName: 'x', reason: 'long enough' }, 404],
  ['/api/v1/actions/none/abort', {}, 404],
  ['/api/v1/actions/none/undo', {}, 404],
]

async function problemOf(answer: {
  headers(): Record<string, string>
  json(): Promise<unknown>
  status(): number
}) {
  expect(answer.headers()['content-type']).toContain('application/problem+json')
  const problem = problemDto.parse(await answer.json())
  expect(problem.status).toBe(answer.status())
  return problem
}

test('nobody reads or writes without a session or a token', async ({ api }) => {
  for (const route of READS) {
    const answer = await api.nobody.get(route)
    expect(answer.status(), route).toBe(401)
    expect(answer.headers()['www-authenticate']).toContain('Bearer')
    expect((await problemOf(answer)).hint).toContain('Authorization: Bearer')
  }
  for (const [route, data] of WRITES)
    expect((await api.nobody.post(route, { data })).status(), route).toBe(401)
  expect((await api.nobody.get('/api/stream')).status()).toBe(401)
})

test('a token that is not ours counts as none', async ({ api }) => {
  for (const authorization of ['Bearer hft_', `Bearer hft_${'a'.repeat(43)}`, 'Basic YTpi', 'Bearer '])
    expect((await api.nobody.get('/api/v1/fleet', { headers: { authorization } })).status()).toBe(401)
})

for (const role of ROLES) {
  test(`a ${role} reads everything`, async ({ api }) => {
    for (const route of READS) expect((await api[role].get(route)).status(), route).toBe(200)
    expect(await (await api[role].get('/api/v1/session')).json()).toMatchObject({ role })
  })
}

test('a viewer writes nothing, and is told which role may', async ({ api }) => {
  for (const [route, data] of WRITES) {
    const answer = await api.viewer.post(route, { data })
    expect(answer.status(), route).toBe(403)
    const problem = await problemOf(answer)
    expect(problem.code).toBe('forbidden')
    expect(problem.detail).toContain('needs the role responder')
  }
})

for (const role of ['responder', 'commander', 'administrator'] as const) {
  test(`a ${role} writes`, async ({ api }) => {
    for (const [route, data, status] of WRITES)
      expect((await api[role].post(route, { data })).status(), route).toBe(status)
  })
}

test('a session writes from its own pages only', async ({ request, signedIn, holdfast }) => {
  const write = (headers: Record<string, string>) =>
    request.post('/api/v1/timeline', { data: { text: 'From a page' }, headers })
  const token = { 'x-holdfast-csrf': signedIn.session.csrfToken }
  const without = await write({})
  expect(without.status()).toBe(403)
  expect((await problemOf(without)).where).toBe('x-holdfast-csrf')
  expect((await write({ 'x-holdfast-csrf': 'guessed' })).status()).toBe(403)
  const foreign = await write({ ...token, origin: 'https://evil.example' })
  expect(foreign.status()).toBe(403)
  expect((await problemOf(foreign)).where).toBe('Origin')
  expect((await write({ ...token, origin: 'null' })).status()).toBe(403)
  expect((await write({ ...token, origin: holdfast.url })).status()).toBe(201)
})

test('a session ends when its person signs out', async ({ playwright, holdfast }) => {
  const link = await runToken(holdfast.dataDir, 'link', 'leaver', 'viewer')
  const client = await playwright.request.newContext({ baseURL: holdfast.url, storageState: NO_COOKIES })
  const token = new URL(link, holdfast.url).searchParams.get('token')
  const opened = await client.post('/api/v1/session', { data: { token } })
  expect(opened.headers()['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/)
  const { csrfToken } = await opened.json()
  expect((await client.get('/api/v1/fleet')).status()).toBe(200)
  const left = await client.delete('/api/v1/session', { headers: { 'x-holdfast-csrf': csrfToken } })
  expect(left.status()).toBe(204)
  const cookie = /holdfast_session=[^;]+/.exec(opened.headers()['set-cookie'] ?? '')?.[0] ?? ''
  expect((await client.get('/api/v1/fleet', { headers: { cookie } })).status()).toBe(401)
  await client.dispose()
})

const BAD_BODIES: [what: string, path: string, body: string, where: string | RegExp, detail: RegExp][] = [
  ['not JSON', '/api/v1/changes', '{"kind":', /^$/, /not JSON/],
  ['an unknown key', '/api/v1/changes', JSON.stringify({ ...change, colour: 'blue' }), 'body', /colour/],
  ['a missing key', '/api/v1/changes', '{"kind":"Deployment"}', 'name', /expected string/],
  ['a wrong type', '/api/v1/changes', JSON.stringify({ ...change, clusters: 'all' }), 'clusters', /array/],
  ['a wrong time', '/api/v1/changes', JSON.stringify({ ...change, at: 'yesterday' }), 'at', /datetime/],
  ['an empty note', '/api/v1/timeline', '{"text":"  "}', 'text', />=1/],
  ['an impossible speed', '/api/v1/simulation', '{"speed":1000}', 'speed', /<=120/],
  ['an unknown kind of action', '/api/v1/actions', '{"kind":"reboot"}', 'kind', /remove-service/],
  [
    'a target that cannot be removed',
    '/api/v1/actions',
    '{"kind":"remove-service","target":{"kind":"Node","namespace":"a","name":"b"}}',
    'target.kind',
    /DaemonSet/,
  ],
  ['an array', '/api/v1/timeline', '[]', 'body', /expected object/],
  ['null', '/api/v1/timeline', 'null', 'body', /expected object/],
]

for (const [what, route, body, where, detail] of BAD_BODIES) {
  test(`${what} is refused with where and why: POST ${route}`, async ({ api }) => {
    const answer = await api.responder.post(route, {
      data: Buffer.from(body),
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status()).toBe(400)
    const problem = await problemOf(answer)
    expect(problem.where ?? '').toMatch(where)
    expect(problem.detail).toMatch(detail)
    expect(problem.instance).toBe(route)
  })
}

test('a body of another type, or too large, is refused', async ({ api }) => {
  const typed = await api.responder.post('/api/v1/changes', {
    data: Buffer.from('kind: Deployment'),
    headers: { 'content-type': 'application/yaml' },
  })
  expect(typed.status()).toBe(400)
  expect(await problemOf(typed)).toMatchObject({ where: 'Content-Type' })
  // The server stops reading and may drop the connection, so nobody else's is used for this.
  const large = await api.commander.post('/api/v1/timeline', { data: { text: 'x'.repeat(1_100_000) } })
  expect(large.status()).toBe(413)
  expect((await problemOf(large)).code).toBe('too-large')
})

test('what is not there is a problem too', async ({ api }) => {
  for (const route of ['/api/v1/clusters/none', '/api/v1/actions/none', '/api/v1/clusters/%2e%2e%2fetc']) {
    const answer = await api.viewer.get(route)
    expect(answer.status(), route).toBe(404)
    expect((await problemOf(answer)).code).toBe('not-found')
  }
  const limit = await api.viewer.get('/api/v1/audit?limit=0')
  expect(limit.status()).toBe(400)
  expect((await problemOf(limit)).where).toBe('limit')
})

test('answers have the published shapes', async ({ api }) => {
  const json = async (route: string) => (await api.viewer.get(route)).json()
  const fleet = fleetDto.parse(await json('/api/v1/fleet'))
  expect(fleet.simulated).toBe(true)
  expect(fleet.clusters).toHaveLength(12)
  const id = fleet.clusters[0]?.id ?? ''
  expect(clusterDetailDto.parse(await json(`/api/v1/clusters/${id}`)).id).toBe(id)
  await expect.poll(async () => fusesDto.parse(await json('/api/v1/fuses')).fresh).toBe(12)
  warRoomDto.parse(await json('/api/v1/war-room'))
  suspectsDto.parse(await json('/api/v1/suspects'))
  expect(auditDto.parse(await json('/api/v1/audit?limit=5')).intact).toBe(true)
})

test('a change that a pipeline tells of is kept, shown and recorded', async ({ api }) => {
  const fleet = fleetDto.parse(await (await api.viewer.get('/api/v1/fleet')).json())
  const known = fleet.clusters[0]?.name ?? ''
  const told = { ...change, name: 'told-by-pipeline', version: '1.2.3', clusters: [known, 'nowhere'] }
  const made = changeDto.parse(await (await api.responder.post('/api/v1/changes', { data: told })).json())
  expect(made).toMatchObject({ name: told.name, version: '1.2.3', unknownClusters: ['nowhere'] })
  expect(made.by).toBe('e2e responder')
  const { changes } = changesDto.parse(await (await api.viewer.get('/api/v1/changes')).json())
  expect(changes.map(c => c.id)).toContain(made.id)
  const room = warRoomDto.parse(await (await api.viewer.get('/api/v1/war-room')).json())
  expect(
    room.timeline
      .filter(e => e.kind === 'change')
      .map(e => e.text)
      .join('\n'),
  ).toContain(told.name)
  const { entries } = auditDto.parse(await (await api.viewer.get('/api/v1/audit')).json())
  expect(
    entries.filter(e => e.verb === 'change.reported' && e.actor === 'e2e responder').length,
  ).toBeGreaterThan(0)
})

test('health is public and says what works', async ({ api }) => {
  await expect
    .poll(async () => (await api.nobody.get('/healthz')).json())
    .toMatchObject({ ok: true, database: true, clusters: 12 })
})

test('metrics are Prometheus text', async ({ api }) => {
  const answer = await api.viewer.get('/metrics')
  expect(answer.headers()['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  const families = z
    .array(z.object({ name: z.string(), help: z.string() }))
    .parse(parsePrometheus(await answer.text()))
  const names = families.map(family => family.name)
  expect(names.filter(name => name.startsWith('holdfast_')).length).toBeGreaterThan(3)
  for (const family of families) expect(family.help.length, family.name).toBeGreaterThan(3)
})

test('the OpenAPI document lists every route', async ({ api }) => {
  const document = await (await api.nobody.get('/api/openapi.json')).json()
  expect(document.openapi).toMatch(/^3\.1\./)
  const listed = Object.entries<Record<string, unknown>>(document.paths).flatMap(([route, verbs]) =>
    Object.keys(verbs).map(verb => `${verb.toUpperCase()} ${route}`),
  )
  const root = path.resolve(import.meta.dirname, '../../app/api/v1')
  const files = (await readdir(root, { recursive: true })).filter(file => file.endsWith('route.ts'))
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) {
    const source = await readFile(path.join(root, file), 'utf8')
    const route = `/api/v1/${path.dirname(file).replaceAll('[', '{').replaceAll(']', '}')}`
    for (const [, verb] of source.matchAll(/export (?:const|function|async function) (GET|POST|DELETE)\b/g))
      expect(listed).toContain(`${verb} ${route}`)
  }
})

test('a probe agent tells of the DNS of its cluster, and opens nothing else', async ({
  api,
  holdfast,
  playwright,
}) => {
  const route = '/api/v1/dns-observations'
  const fleet = fleetDto.parse(await (await api.viewer.get('/api/v1/fleet')).json())
  const id = fleet.clusters[0]?.id ?? ''
  const token = await runToken(holdfast.dataDir, 'probe', 'e2e agents', id)
  const agent = await playwright.request.newContext({
    baseURL: holdfast.url,
    storageState: NO_COOKIES,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  })
  const now = async (offsetMs = 0) => {
    const { at } = fleetDto.parse(await (await api.viewer.get('/api/v1/fleet')).json())
    return new Date(Date.parse(at) + offsetMs).toISOString()
  }
  const bootedAt = await now()
  const message = async (sequence: number, offsetMs = 0) => {
    const at = await now(offsetMs)
    return {
      replica: 'dns-probe-1',
      bootId: '11111111-1111-4111-8111-111111111111',
      bootedAt: offsetMs < 0 ? at : bootedAt,
      sequence,
      sentAt: at,
      askedAt: at,
      answers: [{ resolver: '10.96.0.10:53', result: 'nxdomain' }],
    }
  }
  const first = await message(7)
  expect(await (await agent.post(route, { data: first })).json()).toMatchObject({ accepted: 'new' })
  expect(await (await agent.post(route, { data: first })).json()).toMatchObject({ accepted: 'known' })
  const refusals: [what: string, data: unknown, status: number, words: RegExp][] = [
    ['replayed', await message(6), 409, /comes after message 7/],
    ['an old clock', await message(8, -95_000), 400, /95 s behind|9[4-9] s behind/],
    ['no message', { replica: '../x' }, 400, /name of a pod/],
    ['too much', { ...first, sequence: 9, x: 'x'.repeat(70_000) }, 413, /at most 65536 bytes/],
  ]
  for (const [what, data, status, words] of refusals) {
    const answer = await agent.post(route, { data })
    expect(answer.status(), what).toBe(status)
    expect((await problemOf(answer)).detail, what).toMatch(words)
  }
  const told = dnsSourcesDto.parse(await (await api.viewer.get(`/api/v1/dns-sources?cluster=${id}`)).json())
  expect(told.clusters[0]?.sources).toContainEqual(
    expect.objectContaining({ origin: 'agent', name: 'dns-probe-1', state: 'answering' }),
  )
  for (const other of READS) expect((await agent.get(other)).status(), other).toBe(401)
  for (const [other, data] of WRITES) expect((await agent.post(other, { data })).status(), other).toBe(401)
  for (const client of [api.nobody, api.administrator])
    expect((await client.post(route, { data: first })).status()).toBe(401)
  const audit = auditDto.parse(await (await api.viewer.get('/api/v1/audit?limit=200')).json())
  expect(audit.entries).toContainEqual(
    expect.objectContaining({
      verb: 'token.created',
      detail: expect.objectContaining({ kind: 'probe', clusterId: id }),
    }),
  )
  await agent.dispose()
})

test('the public summary is a Statuspage one', async ({ api }) => {
  const answer = await api.nobody.get('/api/v2/summary.json')
  expect(answer.status()).toBe(200)
  expect(answer.headers()['access-control-allow-origin']).toBe('*')
  const summary = await answer.json()
  expect(Object.keys(summary)).toEqual(
    expect.arrayContaining(['page', 'status', 'components', 'incidents', 'scheduled_maintenances']),
  )
  expect(['none', 'minor', 'major', 'critical']).toContain(summary.status.indicator)
  for (const component of summary.components)
    expect(['operational', 'degraded_performance', 'partial_outage', 'major_outage']).toContain(
      component.status,
    )
  expect(JSON.stringify(summary)).not.toMatch(/use-api-01|telemetry/)
})

test('too many requests are told when to come back', async ({ api, holdfast, playwright }) => {
  const token = await runToken(holdfast.dataDir, 'create', 'e2e hasty', 'viewer')
  const hasty = await playwright.request.newContext({
    baseURL: holdfast.url,
    storageState: NO_COOKIES,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  })
  const refusal = async () => {
    for (let batch = 0; batch < 24; batch++) {
      // A keep-alive connection may be closed by the server in the moment it is used again.
      const ask = () => hasty.get('/api/v1/session', { maxRetries: 3 })
      const answers = await Promise.all(Array.from({ length: 50 }, ask))
      const refused = answers.find(answer => answer.status() === 429)
      if (refused) return refused
    }
    throw new Error('1,200 requests were all answered')
  }
  const answer = await refusal()
  expect(Number(answer.headers()['retry-after'])).toBeGreaterThanOrEqual(1)
  expect((await problemOf(answer)).code).toBe('too-many-requests')
  expect((await api.viewer.get('/api/v1/session')).status(), 'others are not affected').toBe(200)
  await hasty.dispose()
})

test('guessing sign-in links is slowed down, whatever address the guesser claims', async ({ api }) => {
  const guess = (i: number) =>
    api.nobody.post('/api/v1/session', {
      data: { token: 'hfl_guess' },
      headers: { 'x-forwarded-for': `192.0.2.${i}`, 'x-holdfast-client-address': `198.51.100.${i}` },
    })
  const answers = []
  for (let i = 0; i < 14; i++) answers.push(await guess(i))
  const statuses = answers.map(answer => answer.status())
  expect(statuses[0]).toBe(401)
  expect(statuses.slice(11)).toEqual([429, 429, 429])
  expect(Number(answers.at(-1)?.headers()['retry-after'])).toBeGreaterThanOrEqual(1)
})

for (const route of ['/', '/sign-in', '/status', '/no-such-page']) {
  test(`headers of ${route} allow nothing that is not needed`, async ({ request }) => {
    const first = (await request.get(route)).headers()
    const policy = first['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toContain('unsafe-eval')
    const nonce = /'nonce-([^']{20,})'/
    expect(nonce.exec(policy)?.[1]).toBeTruthy()
    const second = (await request.get(route)).headers()['content-security-policy'] ?? ''
    expect(nonce.exec(second)?.[1]).not.toBe(nonce.exec(policy)?.[1])
    expect(first).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': expect.stringMatching(/same-origin|no-referrer/),
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(first['x-powered-by']).toBeUndefined()
  })
}
