import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadFleet } from './load-fleet'
import { reloadFleet } from './reload-fleet'
import { data, issueCertificate, kubeconfigText, type Pem } from './test-kubeconfig'

const now = Date.parse('2026-01-01T00:00:00Z')
let folder: string
let admin: Pem

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-test-'))
  admin = await issueCertificate({ subject: 'O=system:masters, CN=admin' })
})
afterAll(() => rm(folder, { recursive: true }))

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const load = (...kubeconfigPaths: string[]) => loadFleet({ kubeconfigPaths, now }).then(({ fleet }) => fleet)
const certUser = (pem: Pem) => ({
  'client-certificate-data': data(pem.cert),
  'client-key-data': data(pem.key),
})

describe('loadFleet with exec plugins', () => {
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: './login',
    interactiveMode: 'IfAvailable',
  }

  it('never runs them, allows those of files given by name, and finds relative commands by the file', async () => {
    const path = await put('exec.json', kubeconfigText([{ context: 'eks', user: { exec } }]))
    const lane = (await load(path)).clusters[0]?.lanes[0]
    expect(lane?.user.exec).toMatchObject({ command: join(folder, 'login') })
  })

  it('denies those of files that holdfast.yaml lists, until it allows them', async () => {
    await put('exec.json', kubeconfigText([{ context: 'eks', user: { exec } }]))
    const configPath = await put('exec.yaml', 'apiVersion: holdfast.dev/v1\nkubeconfigs: [exec.json]\n')
    const denied = await loadFleet({ configPath, kubeconfigPaths: [], now })
    expect(denied.fleet.clusters[0]?.problem?.hint).toMatch(/execPlugins: allow/)
    const allowing = await put(
      'exec2.yaml',
      'apiVersion: holdfast.dev/v1\nkubeconfigs: [exec.json]\nexecPlugins: allow\n',
    )
    const allowed = await loadFleet({ configPath: allowing, kubeconfigPaths: [], now })
    expect(allowed.fleet.clusters[0]?.lanes).toHaveLength(1)
  })
})

describe('loadFleet with holdfast.yaml', () => {
  const glass = () =>
    kubeconfigText([{ context: 'eu-1-admin', server: 'https://eu-1.example:6443', user: certUser(admin) }])

  it('adds names, labels, break-glass and direct lanes, and filters contexts', async () => {
    await put(
      'cfg/fleet.json',
      kubeconfigText([{ context: 'eu-1' }, { context: 'eu-2' }, { context: 'us-sandbox' }]),
    )
    await put('cfg/glass.json', glass())
    const configPath = await put(
      'cfg/holdfast.yaml',
      `apiVersion: holdfast.dev/v1
kubeconfigs: [fleet.json]
contexts: { exclude: ['*-sandbox'] }
products: [{ id: chat, name: Chat }]
clusters:
  - { context: 'eu-*', region: eu, labels: { tier: '1' }, environment: production }
  - context: eu-1
    name: Frankfurt
    products: [chat]
    labels: { owner: core }
    breakGlass: { context: '{context}-admin', kubeconfig: glass.json }
    apiServers: ['https://10.0.0.1:6443', '10.0.0.2:6443']
    tlsServerName: kubernetes
    resolvers: ['10.0.0.53:53']
    dnsMetrics: ['http://10.0.0.53:9153/metrics']
`,
    )
    const { fleet } = await loadFleet({ configPath, kubeconfigPaths: [], now })
    expect(fleet.problems).toEqual([])
    expect(fleet.clusters.map(({ id, region }) => [id, region])).toEqual([
      ['frankfurt', 'eu'],
      ['eu-2', 'eu'],
    ])
    const [cluster] = fleet.clusters
    expect(cluster).toMatchObject({
      products: ['chat'],
      environment: 'production',
      labels: { tier: '1', owner: 'core' },
      resolvers: ['10.0.0.53:53'],
      dnsMetrics: ['http://10.0.0.53:9153/metrics'],
    })
    expect(
      cluster?.lanes.map(({ id, kind, endpoint }) => [id, kind, endpoint.server, endpoint.tlsServerName]),
    ).toEqual([
      ['ordinary', 'ordinary', 'https://eu-1.example:6443', undefined],
      ['exempt', 'exempt', 'https://eu-1.example:6443', undefined],
      ['direct-1', 'direct', 'https://10.0.0.1:6443', 'kubernetes'],
      ['direct-2', 'direct', 'https://10.0.0.2:6443', 'kubernetes'],
    ])
    expect(cluster?.lanes[2]?.user).toEqual(cluster?.lanes[1]?.user)
  })

  it('takes a break-glass context of the same kubeconfig as a lane, not as a cluster of its own', async () => {
    const entries = [{ context: 'p' }, { context: 'p-admin', server: 'https://10.0.0.1:6443' }]
    const path = await put('same.json', kubeconfigText(entries))
    const configPath = await put(
      'same.yaml',
      "apiVersion: holdfast.dev/v1\nclusters: [{ context: '*', breakGlass: { context: '{context}-admin' } }]\n",
    )
    const { fleet } = await loadFleet({ configPath, kubeconfigPaths: [path], now })
    expect(fleet.clusters.map(({ name, lanes }) => [name, lanes.map(({ kind }) => kind)])).toEqual([
      ['p', ['ordinary', 'exempt']],
    ])
  })

  it('shows a described cluster that no kubeconfig has as broken, with the name that was meant', async () => {
    const path = await put('near.json', kubeconfigText([{ context: 'prod-eu-1' }]))
    const configPath = await put(
      'near.yaml',
      'apiVersion: holdfast.dev/v1\nclusters: [{ context: prod-eu1 }]\n',
    )
    const { fleet } = await loadFleet({ configPath, kubeconfigPaths: [path], now })
    expect(fleet.clusters[1]?.problem).toMatchObject({ hint: 'did you mean "prod-eu-1"?' })
  })

  it('says so when the filter leaves nothing', async () => {
    const path = await put('near.json', kubeconfigText([{ context: 'prod' }]))
    const configPath = await put(
      'filter.yaml',
      'apiVersion: holdfast.dev/v1\ncontexts: { include: [stag*] }\n',
    )
    const { fleet } = await loadFleet({ configPath, kubeconfigPaths: [path], now })
    expect(fleet.clusters).toEqual([])
    expect(fleet.problems[0]).toMatchObject({ hint: 'one of them is "prod"' })
  })

  it('names the break-glass context that is missing and keeps the cluster', async () => {
    const path = await put('near.json', kubeconfigText([{ context: 'p' }]))
    const configPath = await put(
      'glass.yaml',
      'apiVersion: holdfast.dev/v1\nclusters: [{ context: p, breakGlass: { context: q } }]\n',
    )
    const { fleet } = await loadFleet({ configPath, kubeconfigPaths: [path], now })
    expect(fleet.clusters[0]?.lanes).toHaveLength(1)
    expect(fleet.clusters[0]?.warnings?.[0]?.message).toMatch(/break-glass context "q"/)
  })
})

describe('reloadFleet', () => {
  it('tells what was added, removed and changed', async () => {
    const path = await put(
      'reload.json',
      kubeconfigText([{ context: 'a' }, { context: 'b' }, { context: 'c' }]),
    )
    const before = await load(path)
    await put(
      'reload.json',
      kubeconfigText([{ context: 'a' }, { context: 'b', user: { token: 'new' } }, { context: 'd' }]),
    )
    const { changes } = await reloadFleet(before, { kubeconfigPaths: [path], now })
    expect(changes).toEqual({ added: ['d'], removed: ['c'], changed: ['b'] })
  })
})
