import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import parsePrometheus from 'parse-prometheus-text-format'
import { z } from 'zod'
import { auditDto } from '../../lib/wire/audit'
import { clusterDetailDto } from '../../lib/wire/cluster-detail'
import { fleetDto } from '../../lib/wire/fleet'
import { fusesDto } from '../../lib/wire/fuses'
import { warRoomDto } from '../../lib/wire/stream'
import { changeDto, changesDto, suspectsDto } from '../../lib/wire/suspects'
import { CHANGE, expect, test } from '../api-test'

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
  const told = { ...CHANGE, name: 'told-by-pipeline', version: '1.2.3', clusters: [known, 'nowhere'] }
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
