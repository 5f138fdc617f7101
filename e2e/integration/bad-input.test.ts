import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Engine } from '../../lib/engine/engine'
import { startEngine } from '../../lib/engine/start-engine'
import { data, issueCertificate, kubeconfigText } from '../../lib/fleet/test-kubeconfig'
import { makeCertificates, type TestCertificates, type TestServer } from '../../lib/kube/test-server'
import type { EmbeddedPostgres } from '../../lib/store/embedded-postgres'
import type { FleetClusterDto } from '../../lib/wire/fleet'
import { startBrokenServers, startOddMetrics } from './support/broken-servers'
import { type CalmServer, serveCalm } from './support/calm-server'
import { startDatabase } from './support/database'
import { serveClock } from './support/simulated-clock'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

const script = '<script>alert(1)</script>'
const long = `long-${'n'.repeat(10_000)}`
const STOP_WITHIN_MS = 5_000
const sockets = () => process.getActiveResourcesInfo().filter(kind => /^TCP.*Wrap$|^TLS/.test(kind)).length

let dir: string
let certificates: TestCertificates
let database: EmbeddedPostgres

beforeAll(async () => {
  dir = await temporaryFolder('bad-input')
  certificates = await makeCertificates()
  database = await startDatabase(dir)
})

afterAll(async () => {
  await database?.stop()
  await rm(dir, { recursive: true, force: true })
})

const entry = (context: string, server: TestServer, user?: Record<string, unknown>) => ({
  context,
  server: `https://127.0.0.1:${server.port}`,
  clusterExtra: { 'certificate-authority-data': data(certificates.ca.cert) },
  user: user ?? { token: 'a-token' },
})

async function write(name: string, text: string): Promise<string> {
  const file = path.join(dir, name)
  await writeFile(file, text)
  return file
}

const start = (configPath: string, simulationControl?: string) =>
  startEngine({ databaseUrl: database.url, configPath, kubeconfigPaths: [], simulationControl })

async function stopInTime(engine: Engine): Promise<void> {
  const startedAt = performance.now()
  await engine.stop()
  expect(performance.now() - startedAt).toBeLessThan(STOP_WITHIN_MS)
}

describe('a malformed holdfast.yaml', () => {
  it.each([
    ['a wrong key', 'apiVersion: holdfast.dev/v1\nclusters:\n  - contxt: a\n', /:3:\d+.*contxt.*"context"/],
    ['a wrong type', 'apiVersion: holdfast.dev/v1\nstatus:\n  title: [1]\n', /:3:\d+: status\.title/],
    ['broken YAML', 'apiVersion: holdfast.dev/v1\nclusters: [\n', /holdfast-bad\.yaml:\d+:\d+/],
    ['nothing at all', '', /it is empty/],
    ['a tab where YAML wants spaces', 'apiVersion: holdfast.dev/v1\nstatus:\n\ttitle: x\n', /:3:\d+/],
  ])('with %s is refused with its line and key', async (_, text, words) => {
    const file = await write('holdfast-bad.yaml', text)
    await expect(start(file)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(words),
    })
  })

  it('that is not there is named', async () => {
    await expect(start(path.join(dir, 'nowhere.yaml'))).rejects.toThrow(/cannot read .*nowhere\.yaml/)
  })
})

describe('a fleet of one well cluster and everything else', { timeout: 300_000 }, () => {
  let engine: Engine
  let well: CalmServer
  let named: Record<string, CalmServer>
  let odd: Awaited<ReturnType<typeof startOddMetrics>>
  let broken: Awaited<ReturnType<typeof startBrokenServers>>
  let socketsBefore: number
  let memoryBefore: number

  beforeAll(async () => {
    well = await serveCalm(certificates)
    odd = await startOddMetrics(certificates)
    broken = await startBrokenServers(certificates)
    const calm = () => serveCalm(certificates)
    named = {
      [script]: await calm(),
      [long]: await calm(),
      twin: await calm(),
      'expired-client': await calm(),
    }
    const stale = await issueCertificate({
      subject: 'CN=admin',
      issuer: certificates.ca,
      notAfter: new Date('2021-01-01T00:00:00Z'),
    })
    const expiredUser = { 'client-certificate-data': data(stale.cert), 'client-key-data': data(stale.key) }
    const servers = Object.entries({ well, ...odd, ...broken, ...named })
    await write(
      'kubeconfig',
      kubeconfigText([
        ...servers.map(([context, server]) =>
          entry(context, server, context === 'expired-client' ? expiredUser : undefined),
        ),
      ]),
    )
    await write('kubeconfig-twin', kubeconfigText([entry('twin', well)]))
    await write('kubeconfig-yaml', 'apiVersion: v1\nclusters: [{name: a\n')
    await write('kubeconfig-binary', '\u0000\u0001\u0002')
    const kubeconfigs = [
      'kubeconfig',
      'kubeconfig-twin',
      'kubeconfig-yaml',
      'kubeconfig-binary',
      'kubeconfig-none',
    ]
    const config = await write('holdfast.yaml', stringify({ apiVersion: 'holdfast.dev/v1', kubeconfigs }))
    socketsBefore = sockets()
    memoryBefore = process.memoryUsage().rss
    engine = await start(config)
  })

  afterAll(async () => {
    for (const server of Object.values({ well, ...odd, ...broken, ...named }))
      if (server) await server.close().catch(() => {})
  })

  const find = (name: string) => engine.fleet().clusters.find(cluster => cluster.name === name)
  const become = (name: string, is: (cluster: FleetClusterDto) => boolean) =>
    until(
      name.slice(0, 40),
      () => {
        const cluster = find(name)
        return cluster && is(cluster) ? cluster : undefined
      },
      { withinMs: 200_000 },
    ).catch(error => {
      throw new Error(`${error.message}; it is ${JSON.stringify(find(name))?.slice(0, 1_000)}`)
    })
  const isHealthy = ({ controlPlane }: FleetClusterDto) => controlPlane.state === 'Healthy'
  /** All that a person reads about a cluster: reasons, lanes, problem. */
  const words = ({ id, controlPlane, problem }: FleetClusterDto) =>
    [
      ...controlPlane.reasons.map(({ text }) => text),
      ...engine.cluster(id).lanes.map(({ state, detail }) => `${state} ${detail}`),
      problem?.message,
    ].join(' | ')

  it('sees the well one Healthy, with its nodes', async () => {
    await become('well', cluster => isHealthy(cluster) && cluster.nodes === 7)
  })

  it.each([
    ['closed-port', /refused/i],
    ['accepts-and-hangs', /timed.out|no answer|no connection/i],
    ['reads-and-hangs', /timed.out|no answer/i],
    ['not-http', /does not speak HTTP/],
    ['slow-drip', /its body did not end/],
  ])('sees %s Dark and says why', async (name, reason) => {
    const cluster = await become(name, ({ controlPlane }) => controlPlane.state === 'Dark')
    expect(words(cluster)).toMatch(reason)
  })

  it.each([
    ['not-tls', /TLS could not be agreed on/],
    ['expired-server', /the server's certificate has expired/],
  ])('knows nothing of %s and says why', async (name, reason) => {
    const cluster = await become(name, one => reason.test(words(one)))
    expect(cluster.controlPlane.state).toBe('Unknown')
  })

  it('never takes an endless answer for a healthy one', async () => {
    const cluster = await become('endless-body', ({ controlPlane }) => controlPlane.evidenceAt !== null)
    expect(words(cluster)).not.toBe('')
    expect(cluster.nodes).toBeNull()
  })

  it('names an expired client certificate before anybody is asked', () => {
    const said = engine.fleet().problems.find(({ message }) => message.startsWith('expired-client: '))
    expect(said?.message).toMatch(/client certificate expired at 2021-01-01/)
  })

  it('reads 20 MB of metrics, and lives with metrics that are cut', async () => {
    await become('large-metrics', isHealthy)
    await become('cut-metrics', isHealthy)
    await until(
      'both to be scraped',
      () => Object.values(odd).every(({ asked }) => asked.some(one => one.path === '/metrics')) || undefined,
    )
  })

  it('takes a name for a name', async () => {
    await become(script, isHealthy)
    const longest = Math.max(
      ...engine.fleet().clusters.map(({ name, id }) => Math.max(name.length, id.length)),
    )
    expect(longest).toBeLessThanOrEqual(253)
    const ids = engine.fleet().clusters.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/)
  })

  it('tells of kubeconfigs that cannot be read or say different things of one name', () => {
    const { problems, clusters } = engine.fleet()
    const said = [...problems, ...clusters.flatMap(({ problem }) => problem ?? [])]
    for (const file of ['kubeconfig-yaml', 'kubeconfig-binary', 'kubeconfig-none', 'kubeconfig-twin'])
      expect(said.some(({ where, message }) => `${where} ${message}`.includes(file))).toBe(true)
  })

  it('asks the well one as often as ever, and stays within bounds of sockets and memory', async () => {
    const times = () => well.asked.filter(({ path: asked }) => asked === '/readyz').map(({ at }) => at)
    await until('some rounds of probes', () => times().length >= 4 || undefined)
    const all = engine.fleet().clusters.filter(cluster => cluster.controlPlane.state === 'Healthy')
    for (const { id } of all) expect(engine.cluster(id).cost.requestsPerMinute).toBeLessThanOrEqual(40)
    // Two ends of each connection are in this process; four connections a lane, and the database's.
    const lanes = engine.fleet().clusters.length
    expect(sockets() - socketsBefore).toBeLessThanOrEqual(lanes * 8 + 20)
    expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(600 * 1024 * 1024)
  })

  it('stops in time, whatever still hangs, and leaves no socket open', async () => {
    await stopInTime(engine)
    await until('all sockets to be closed', () => sockets() <= socketsBefore || undefined)
  })
})

describe('a clock that jumps', { timeout: 300_000 }, () => {
  const DAY = 24 * 3600_000

  it('a day ahead and two days back leaves a well cluster Healthy, by fresh evidence', async () => {
    const clock = await serveClock(path.join(dir, 'control.json'))
    const well = await serveCalm(certificates)
    await write('kubeconfig-clock', kubeconfigText([entry('well', well)]))
    const config = await write(
      'holdfast-clock.yaml',
      stringify({ apiVersion: 'holdfast.dev/v1', kubeconfigs: ['kubeconfig-clock'] }),
    )
    const engine = await start(config, path.join(dir, 'control.json'))
    const healthySince = (since: number) =>
      until(
        'fresh evidence of health',
        () => {
          const { state, evidenceAt } = engine.fleet().clusters[0]?.controlPlane ?? {}
          const at = Date.parse(evidenceAt ?? '')
          return (state === 'Healthy' && at >= since && at <= clock.now() + 1_000) || undefined
        },
        { withinMs: 200_000 },
      ).catch(error => {
        throw new Error(`${error.message}; it is ${JSON.stringify(engine.fleet())}`)
      })
    try {
      await healthySince(clock.now() - DAY)
      for (const jump of [DAY, -2 * DAY, DAY]) {
        clock.jump(jump)
        await healthySince(clock.now())
        expect(engine.warRoom().incident).toBeNull()
      }
    } finally {
      await stopInTime(engine)
      await well.close()
      await clock.close()
    }
  })
})
