import { Resolver } from 'node:dns/promises'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { Agent } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { systemClock } from '../../lib/clock/system-clock'
import { readChain } from '../../lib/dns/chain/read-chain'
import { foldScrape, newServerMemory, viewServer } from '../../lib/dns/metrics/fold-scrape'
import { restartView } from '../../lib/dns/metrics/metrics-evidence'
import { scrapeServer } from '../../lib/dns/metrics/scrape-server'
import type { DnsServerView } from '../../lib/dns/metrics/types'
import { ResolverProbe } from '../../lib/dns/probe/probe-resolvers'
import { socketTransport } from '../../lib/dns/probe/socket-transport'
import { Api } from '../controlplane/api'
import { findBinaries } from '../controlplane/binaries'
import { controlPlaneStatus } from '../controlplane/control-plane-status'
import { findCoreDns } from '../controlplane/coredns-binary'
import { corefilePath, stockDnsServers } from '../controlplane/dns-servers'
import { readTarget } from '../controlplane/kubeconfig'
import { runPaths } from '../controlplane/paths'
import { findByRun } from '../controlplane/process-identity'
import { readRun } from '../controlplane/run-record'
import { until } from '../controlplane/seed'
import { type ControlPlane, startControlPlane } from '../controlplane/start-control-plane'
import { temporaryFolder } from './support/temporary-folder'

const binaries = await findBinaries({ allowBuild: false })
const coreDns = await findCoreDns({ allowBuild: false })
const missing = [binaries, coreDns].flatMap(found => ('missing' in found ? [found.missing] : [])).join('; ')

describe.skipIf(missing)(`real DNS on a real control plane${missing && ` (${missing})`}`, () => {
  let dir: string
  let controlPlane: ControlPlane
  let ports: Map<string, number>

  const ask = async (server: string, service: string): Promise<string> => {
    const resolver = new Resolver({ timeout: 3000, tries: 1 })
    resolver.setServers([`127.0.0.1:${ports.get(server)}`])
    const name = `${service}.workload.svc.cluster.local`
    return resolver.resolve4(name).then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    )
  }

  const memories = new Map(['coredns', 'node-cache'].map(name => [name, newServerMemory(name)]))
  const agent = new Agent({ connections: 1 })
  /** Reads the metrics of both once more, as the product does. */
  const readMetrics = async (): Promise<Record<string, DnsServerView>> => {
    for (const [name, memory] of memories) {
      const corefile = await readFile(corefilePath(runPaths(dir), name), 'utf8')
      const address = /prometheus (\S+)/.exec(corefile)?.[1]
      const scrape = await scrapeServer(`http://${address}/metrics`, { agent, clock: systemClock })
      memories.set(name, foldScrape(memory, scrape))
    }
    return Object.fromEntries(
      [...memories].map(([name, memory]) => [name, viewServer(memory, 'cluster.local')]),
    )
  }

  beforeAll(async () => {
    if ('missing' in coreDns) throw new Error(coreDns.missing)
    dir = path.join(await temporaryFolder('dns'), 'run')
    controlPlane = await startControlPlane({
      dir,
      nodes: 1,
      services: 3,
      dns: paths => stockDnsServers(coreDns, paths),
      allowBuild: false,
      tiedToThisProcess: true,
    })
    ports = new Map((readRun(runPaths(dir))?.dns ?? []).map(({ name, port }) => [name, port]))
  }, 180_000)

  afterAll(async () => {
    await agent.destroy()
    await controlPlane?.stop()
    await rm(path.dirname(dir), { recursive: true, force: true })
  })

  it('runs what the Corefiles in the cluster say, in the eyes of the product', async () => {
    const api = new Api(readTarget(controlPlane.operatorKubeconfigPath, 'ordinary'), 1)
    const corefile = async (name: string) => {
      const found = await api.expect('GET', `/api/v1/namespaces/kube-system/configmaps/${name}`)
      return (found.data as { Corefile: string }).Corefile
    }
    const [upper, node] = [await corefile('coredns'), await corefile('node-local-dns')]
    await api.close()
    const published = readChain({ coreDns: { corefile: upper }, nodeCache: { corefile: node } })
    if ('missing' in coreDns) throw new Error(coreDns.missing)
    const [runningUpper, runningNode] = await stockDnsServers(coreDns, runPaths(dir))
    const running = readChain({
      coreDns: { corefile: runningUpper?.corefile ?? '' },
      nodeCache: { corefile: runningNode?.corefile ?? '' },
    })
    expect(published).toMatchObject({ ok: true, chain: { nodeCache: { ttlSeconds: 30, forceTcp: true } } })
    expect(running).toEqual(published)
  })

  it('has endpoints that the controllers made of Ready pods', async () => {
    const api = new Api(readTarget(controlPlane.kubeconfigPath, 'break-glass'), 1)
    try {
      await until('two ready endpoints of kube-dns', 60_000, async () => {
        const query = 'labelSelector=kubernetes.io%2Fservice-name%3Dkube-dns'
        const slices = await api.expect(
          'GET',
          `/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices?${query}`,
        )
        const items = slices.items as { endpoints?: { conditions: { ready?: boolean } }[] }[]
        const endpoints = items.flatMap(slice => slice.endpoints ?? [])
        return endpoints.filter(({ conditions }) => conditions.ready).length === 2
      })
    } finally {
      await api.close()
    }
  })

  it('tells by its metrics who it is, how often it is asked, and what its cache answers', async () => {
    if ('missing' in coreDns) throw new Error(coreDns.missing)
    const first = await readMetrics()
    expect(first.coredns).toMatchObject({ kind: 'coredns', version: coreDns.version, failure: undefined })
    expect(first.coredns?.apiAnswersSinceStart).toBeGreaterThan(0)
    expect(first['node-cache']).toMatchObject({ kind: 'node-cache', version: coreDns.version })
    for (let i = 0; i < 40; i++) await ask('node-cache', 'service-0')
    const { coredns, 'node-cache': nodeCache } = await readMetrics()
    expect(nodeCache?.rates?.hitShare).toBeGreaterThan(0.9)
    expect(nodeCache?.rates?.lookupsPerSecond).toBeGreaterThan(0)
    expect(nodeCache?.names).toBeGreaterThanOrEqual(1)
    expect([coredns?.findings, nodeCache?.findings]).toEqual([[], []])
    expect(coredns?.restartedAt).toBeUndefined()
  })

  it('is given the probe agent: the API server takes its manifests, at the restricted level', async () => {
    const folder = path.resolve(import.meta.dirname, '../../deploy/dns-probe')
    const text = await readFile(path.join(folder, 'manifests.yaml'), 'utf8')
    const [namespace, account, deployment, policy] = parseAllDocuments(text).map(one => one.toJS())
    const api = new Api(readTarget(controlPlane.kubeconfigPath, 'break-glass'), 1)
    const inside = '/namespaces/holdfast-dns-probe'
    const make = async (route: string, body: unknown) =>
      (await api.request('POST', route, { body, contentType: 'application/json' })).status
    try {
      expect(await make('/api/v1/namespaces', namespace)).toBe(201)
      expect(await make(`/api/v1${inside}/serviceaccounts`, account)).toBe(201)
      expect(await make(`/apis/apps/v1${inside}/deployments?dryRun=All`, deployment)).toBe(201)
      expect(await make(`/apis/networking.k8s.io/v1${inside}/networkpolicies?dryRun=All`, policy)).toBe(201)
      const { spec } = deployment.spec.template
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'dns-probe' } }
      expect(await make(`/api/v1${inside}/pods?dryRun=All`, { ...pod, spec })).toBe(201)
      const loose = { ...spec, securityContext: {} }
      expect(await make(`/api/v1${inside}/pods?dryRun=All`, { ...pod, spec: loose })).toBe(403)
    } finally {
      await api.close()
    }
  })

  it('answers without the API server, and only from caches once CoreDNS has restarted; the probe tells', async () => {
    const resolvers = ['coredns', 'node-cache'].map(name => `127.0.0.1:${ports.get(name)}`)
    const topNames = ['service-1.workload.svc.cluster.local']
    const tools = { clock: systemClock, transport: socketTransport, rng: Math.random }
    const probe = new ResolverProbe({ clusterId: 'lab', resolvers, topNames }, tools)
    expect(await ask('node-cache', 'service-0')).toBe('answered')
    expect(await ask('node-cache', 'service-9')).toBe('ENOTFOUND')
    await readMetrics()
    await controlPlane.halt('kube-apiserver')
    const lostAt = Date.now()
    expect(await ask('node-cache', 'service-1')).toBe('answered')
    await probe.round()
    expect(probe.view()).toMatchObject({ state: 'answering' })

    await controlPlane.halt('coredns')
    await controlPlane.resume('coredns')
    expect(await ask('node-cache', 'service-1')).toBe('answered')
    await until(
      'CoreDNS to listen again',
      30_000,
      async () => (await ask('coredns', 'service-2')) === 'ESERVFAIL',
    )
    expect(await ask('node-cache', 'service-2')).toBe('ESERVFAIL')
    await probe.round()
    expect(probe.view()).toMatchObject({ state: 'failing', failure: 'servfail' })
    const { coredns } = await readMetrics()
    expect(coredns?.restartedAt).toBeGreaterThan(lostAt - 2_000)
    expect(coredns?.apiAnswersSinceStart).toBe(0)
    const measured = coredns && restartView([coredns], lostAt, Date.now())
    expect(measured).toMatchObject({ state: 'failing', failure: 'servfail' })
    expect(Math.abs((measured?.failingSince ?? 0) - (probe.view()?.failingSince ?? 0))).toBeLessThan(30_000)
    const [atCoreDns, atNodeCache] = probe.readings()
    expect(atCoreDns?.ttlSeconds).toBeNull()
    // What is left of half a minute; nothing when a slow machine took longer to come here.
    expect(atNodeCache?.ttlSeconds ?? 0).toBeLessThan(30)
  })

  it('is told by status, and leaves nothing behind', async () => {
    const { lines } = await controlPlaneStatus(dir)
    expect(lines.join('\n')).toContain(`at 127.0.0.1:${ports.get('node-cache')}`)
    expect(lines.join('\n')).toMatch(/coredns: runs, pid \d+, started again 1 times/)
    const { runId = '' } = readRun(runPaths(dir)) ?? {}
    await controlPlane.stop()
    expect(findByRun(runId)).toEqual([])
    expect(await ask('node-cache', 'service-1')).toBe('ECONNREFUSED')
  })
})
