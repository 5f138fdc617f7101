import { auditDto } from '../../lib/wire/audit'
import { dnsSourcesDto } from '../../lib/wire/dns-sources'
import { fleetDto } from '../../lib/wire/fleet'
import { expect, NO_COOKIES, problemOf, READS, test, WRITES } from '../api-test'
import { runToken } from '../sign-in'

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
