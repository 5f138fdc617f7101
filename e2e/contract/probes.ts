import { expect } from 'vitest'
import { until } from '../controlplane/seed'
import type { Session } from './session'
import type { Assert } from './target'

const families = [
  'apiserver_request_total',
  'apiserver_request_duration_seconds_bucket',
  'apiserver_current_inflight_requests',
  'apiserver_longrunning_requests',
  'apiserver_flowcontrol_dispatched_requests_total',
  'apiserver_flowcontrol_current_executing_requests',
  'apiserver_flowcontrol_current_inqueue_requests',
  'apiserver_flowcontrol_nominal_limit_seats',
  'apiserver_flowcontrol_request_wait_duration_seconds_bucket',
  'etcd_request_duration_seconds_bucket',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'go_goroutines',
]

/** The value of the sample that has all of these labels; undefined when there is none. */
export function sample(text: string, family: string, labels: Record<string, string>): number | undefined {
  const line = text
    .split('\n')
    .find(
      one =>
        (one.startsWith(`${family}{`) || one.startsWith(`${family} `)) &&
        Object.entries(labels).every(([name, value]) => one.includes(`${name}="${value}"`)),
    )
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1))
}

export function specifyProbes(session: () => Session, it: Assert): void {
  for (const path of ['/livez', '/readyz']) {
    it(`${path} says ok to anybody`, async () => {
      const { status, text, headers } = await session().anonymous.request('GET', path)
      expect([status, text]).toEqual([200, 'ok'])
      expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    })

    it(`${path}?verbose names each check and closes with a verdict`, async () => {
      const { status, text } = await session().anonymous.request('GET', `${path}?verbose`)
      expect(status).toBe(200)
      const lines = text.trimEnd().split('\n')
      expect(lines.pop()).toBe(`${path.slice(1)} check passed`)
      expect(lines).toEqual(expect.arrayContaining(['[+]ping ok', '[+]log ok', '[+]etcd ok']))
      for (const line of lines) expect(line).toMatch(/^\[\+\]\S+ ok$/)
    })
  }

  it('/readyz has checks of its own: informers, and that it is not shutting down', async () => {
    const { text } = await session().ordinary.request('GET', '/readyz?verbose')
    expect(text).toMatch(/^\[\+\]informer-sync ok$/m)
    expect(text).toMatch(/^\[\+\]shutdown ok$/m)
  })

  it('a single check is not open to anybody', async () => {
    const { anonymous, ordinary } = session()
    expect((await anonymous.request('GET', '/readyz/etcd')).status).toBe(403)
    expect((await ordinary.request('GET', '/readyz/etcd')).text).toBe('ok')
  })

  it('/version tells major, minor and gitVersion', async () => {
    const { status, json } = await session().anonymous.request('GET', '/version')
    expect(status).toBe(200)
    expect(json).toMatchObject({ major: '1', minor: expect.stringMatching(/^\d+/) })
    expect(json.gitVersion).toMatch(new RegExp(`^v1\\.${Number.parseInt(String(json.minor), 10)}\\.`))
  })

  it('/metrics is refused to the anonymous', async () => {
    const { status, json } = await session().anonymous.request('GET', '/metrics')
    expect(status).toBe(403)
    expect(json).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message: 'forbidden: User "system:anonymous" cannot get path "/metrics"',
    })
  })

  it('/metrics is exposition text, compressed when asked for', async () => {
    const { ordinary } = session()
    const plain = await ordinary.request('GET', '/metrics')
    expect(plain.status).toBe(200)
    expect(plain.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    const packed = await ordinary.request('GET', '/metrics', { headers: { 'accept-encoding': 'gzip' } })
    expect(packed.headers['content-encoding']).toBe('gzip')
  })

  it('/metrics has every family that health is judged by', async () => {
    const { ordinary } = session()
    await ordinary.expect('GET', '/api/v1/namespaces/default')
    const { text } = await ordinary.request('GET', '/metrics')
    const missing = families.filter(family => sample(text, family, {}) === undefined)
    expect(missing).toEqual([])
    expect(sample(text, 'apiserver_current_inflight_requests', { request_kind: 'readOnly' })).toBeGreaterThan(
      0,
    )
    for (const level of ['exempt', 'workload-low', 'workload-high', 'global-default', 'catch-all']) {
      const seats = sample(text, 'apiserver_flowcontrol_nominal_limit_seats', { priority_level: level })
      expect(seats, level).toBeTypeOf('number')
    }
  })

  it('/metrics counts finished requests by verb, resource, scope and code', async () => {
    const { ordinary } = session()
    const labels = { verb: 'GET', resource: 'configmaps', scope: 'resource', code: '404' }
    const count = async () => {
      const { text } = await ordinary.request('GET', '/metrics')
      return sample(text, 'apiserver_request_total', labels) ?? 0
    }
    const before = await count()
    await ordinary.request('GET', '/api/v1/namespaces/default/configmaps/not-there')
    expect(await count()).toBe(before + 1)
  })

  it('/metrics counts the objects, so that nobody has to list them', async () => {
    const { ordinary, nodes, countsWithinMs } = session()
    await until(`${nodes} nodes in the counts`, countsWithinMs, async () => {
      const { text } = await ordinary.request('GET', '/metrics')
      const names = ['apiserver_resource_objects', 'apiserver_storage_objects', 'etcd_object_counts']
      return names.some(name => sample(text, name, { resource: 'nodes' }) === nodes)
    })
  })
}
