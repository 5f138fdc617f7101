import { CHANGE, expect, problemOf, test } from '../api-test'

const BAD_BODIES: [what: string, path: string, body: string, where: string | RegExp, detail: RegExp][] = [
  ['not JSON', '/api/v1/changes', '{"kind":', /^$/, /not JSON/],
  ['an unknown key', '/api/v1/changes', JSON.stringify({ ...CHANGE, colour: 'blue' }), 'body', /colour/],
  ['a missing key', '/api/v1/changes', '{"kind":"Deployment"}', 'name', /expected string/],
  ['a wrong type', '/api/v1/changes', JSON.stringify({ ...CHANGE, clusters: 'all' }), 'clusters', /array/],
  ['a wrong time', '/api/v1/changes', JSON.stringify({ ...CHANGE, at: 'yesterday' }), 'at', /datetime/],
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
