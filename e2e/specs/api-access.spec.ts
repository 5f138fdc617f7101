import { expect, NO_COOKIES, problemOf, READS, ROLES, test, WRITES } from '../api-test'
import { runToken } from '../sign-in'

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
