import { type ChildProcess, spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { streamDecode, streamEncode } from 'dns-packet'
import { Agent } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { type ReadyLine, Simulator } from './simulator'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const dataDir = mkdtempSync(join(tmpdir(), 'simulator-test-'))
const options = {
  dataDir,
  scenario: 'small-fleet',
  seed: 1,
  hands: 'none',
  speed: 20,
  fullMetrics: false,
} as const

let simulator: Simulator
let ready: ReadyLine

beforeAll(async () => {
  ;({ simulator, ready } = await Simulator.start(options))
})
afterAll(() => {
  simulator.close()
  rmSync(dataDir, { recursive: true })
})

interface Kubeconfig {
  clusters: {
    name: string
    cluster: { server: string; 'certificate-authority-data': string; 'tls-server-name': string }
  }[]
  users: { name: string; user: { 'client-certificate-data': string; 'client-key-data': string } }[]
  contexts: { name: string }[]
}
interface HoldfastYaml {
  clusters: {
    name: string
    apiServers: string[]
    resolvers: string[]
    dnsMetrics: string[]
    breakGlass: { context: string }
  }[]
}
const kubeconfig = () => parse(readFileSync(ready.kubeconfig, 'utf8')) as Kubeconfig
const config = () => parse(readFileSync(ready.config, 'utf8')) as HoldfastYaml
const fromBase64 = (text = '') => Buffer.from(text, 'base64').toString()

function agentFor(user: string | undefined): Agent {
  const { clusters, users } = kubeconfig()
  const found = users.find(({ name }) => name === user)?.user
  const own = found && {
    cert: fromBase64(found['client-certificate-data']),
    key: fromBase64(found['client-key-data']),
  }
  const { cluster } = clusters[0] ?? {}
  return new Agent({
    connect: {
      ca: fromBase64(cluster?.['certificate-authority-data']),
      servername: cluster?.['tls-server-name'],
      ...own,
    },
  })
}

async function ask(url: string, user?: string, headers: Record<string, string> = {}) {
  const agent = agentFor(user)
  try {
    const { origin, pathname, search } = new URL(url)
    const reply = await agent.request({ origin, path: pathname + search, method: 'GET', headers })
    return { status: reply.statusCode, text: await reply.body.text() }
  } finally {
    await agent.destroy()
  }
}

async function control(
  path: string,
  body?: unknown,
  token = (JSON.parse(readFileSync(join(dataDir, 'control.json'), 'utf8')) as { token: string }).token,
) {
  const reply = await fetch(ready.control + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: reply.status, json: (await reply.json()) as Record<string, unknown> }
}

const isRefused = (address: string) =>
  new Promise<boolean>((resolve, reject) => {
    const { hostname, port } = new URL(address)
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => resolve(!socket.destroy().connecting && false))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve(true) : reject(error),
    )
  })

describe('what it writes', () => {
  it('keeps to itself', () => {
    for (const file of [
      'kubeconfig',
      'holdfast.yaml',
      'control.json',
      'ports.json',
      'tokens.json',
      'pki/ordinary.key',
      'pki/server.key',
    ]) {
      expect(statSync(join(dataDir, file)).mode & 0o777, file).toBe(0o600)
    }
  })

  it('names two contexts and all addresses of each cluster', () => {
    const names = kubeconfig().clusters.map(({ name }) => name)
    expect(names).toHaveLength(12)
    expect(kubeconfig().contexts.map(({ name }) => name)).toEqual(
      names.flatMap(name => [name, `${name}-break-glass`]),
    )
    for (const cluster of config().clusters) {
      expect(cluster.breakGlass.context).toBe(`${cluster.name}-break-glass`)
      expect(cluster.apiServers.length).toBeGreaterThanOrEqual(3)
      expect(cluster.resolvers.length).toBeGreaterThan(0)
      expect(cluster.dnsMetrics).toHaveLength(2)
    }
  })
})

describe('its servers', () => {
  const server = () => kubeconfig().clusters[0]?.cluster.server ?? ''
  const NAMESPACE = '/api/v1/namespaces/default'

  it('tell certificates, tokens and strangers apart', async () => {
    expect((await ask(server() + NAMESPACE, 'holdfast')).status).toBe(200)
    expect((await ask(`${server()}/api/v1/secrets`, 'holdfast')).status).toBe(403)
    expect((await ask(server() + NAMESPACE)).status).toBe(403)
    expect((await ask(`${server()}/readyz`)).text).toBe('ok')
    const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Record<string, string>
    const authorization = `Bearer ${tokens['logging/log-shipper']}`
    expect((await ask(server() + NAMESPACE, undefined, { authorization })).status).toBe(200)
    expect((await ask(server() + NAMESPACE, undefined, { authorization: 'Bearer wrong' })).status).toBe(401)
  })

  it('serve the metrics of CoreDNS and of a node cache over plain HTTP, dated by simulated time', async () => {
    for (const [i, address] of (config().clusters[0]?.dnsMetrics ?? []).entries()) {
      const reply = await fetch(address)
      expect(reply.headers.get('content-type')).toContain('version=0.0.4')
      expect(reply.headers.get('date')).toContain('11 Dec 2024')
      const text = await reply.text()
      expect(text).toContain('coredns_build_info{')
      expect(text.includes('coredns_kubernetes_rest_client_requests_total')).toBe(i === 0)
      expect((await fetch(address.replace(/metrics$/, ''))).status).toBe(404)
    }
  })

  it('answer at their own addresses too', async () => {
    for (const address of config().clusters[0]?.apiServers ?? []) {
      expect((await ask(`${address}/readyz`, 'break-glass')).status).toBe(200)
    }
  })
})

describe('its resolvers', () => {
  it('answer over UDP with a TTL, and over TCP', async () => {
    const [address = ''] = config().clusters[0]?.resolvers ?? []
    const resolver = new Resolver()
    resolver.setServers([address])
    const [found] = await resolver.resolve4('kubernetes.default.svc.cluster.local', { ttl: true })
    expect(found).toMatchObject({ address: expect.stringMatching(/^10\.96\./), ttl: expect.any(Number) })
    await expect(resolver.resolve4('nonce.default.svc.cluster.local')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    })

    const question = { name: 'nonce.default.svc.cluster.local', type: 'A', class: 'IN' } as const
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1')
    socket.write(streamEncode({ type: 'query', id: 9, flags: 0x100, questions: [question] }))
    const [reply] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(streamDecode(reply)).toMatchObject({ id: 9, rcode: 'NXDOMAIN' })
  })
})

describe('the control API', () => {
  it('wants its token', async () => {
    expect((await control('/clock', undefined, 'wrong')).status).toBe(401)
  })

  it('owns time', async () => {
    const { json } = await control('/clock', { speed: 500, paused: true })
    expect(json).toMatchObject({ speed: 120, paused: true, scenario: 'small-fleet', seed: 1 })
    const again = await control('/clock')
    expect(again.json.simAt).toBe(json.simAt)
    expect((await control('/clock', { speed: 'fast' })).json).toEqual({ error: 'speed: a number is needed' })
    await control('/clock', { speed: 20, paused: false })
  })

  it('knows its scenarios and the truth', async () => {
    const { json } = await control('/scenarios')
    expect((json.scenarios as { name: string }[]).map(({ name }) => name)).toContain('dec-11')
    expect((await control('/truth')).json).toMatchObject({
      scenario: 'small-fleet',
      clusters: expect.any(Array),
    })
    expect((await control('/restart', { scenario: 'nothing' })).status).toBe(400)
    expect((await control('/levers/block-nodes', { cluster: 'nowhere', share: 1 })).status).toBe(400)
  })

  it('refuses connections to a server that is down, and takes them again when it is up', async () => {
    const cluster = config().clusters[0]
    const address = cluster?.apiServers[1] ?? ''
    expect(await isRefused(address)).toBe(false)
    // Slowly enough that the eight seconds of a restart cannot be missed.
    await control('/clock', { speed: 5 })
    await control('/levers/restart-server', { cluster: cluster?.name, server: 1 })
    await expect.poll(() => isRefused(address), { timeout: 10_000 }).toBe(true)
    await expect.poll(() => isRefused(address), { timeout: 20_000 }).toBe(false)
    expect((await ask(`${address}/readyz`, 'break-glass')).status).toBeGreaterThanOrEqual(200)
  })

  it('starts again with another seed at the same addresses', async () => {
    await control('/restart', { seed: 2, speed: 10 })
    expect((await control('/clock')).json).toMatchObject({ seed: 2, speed: 10 })
    const { json } = await control('/truth')
    expect(Number(json.simAt)).toBeLessThanOrEqual(Number((await control('/clock')).json.simAt) + 60_000)
    expect(json).toMatchObject({ seed: 2 })
    expect((await ask(`${kubeconfig().clusters[0]?.cluster.server}/readyz`, 'holdfast')).status).toBe(200)
  })
})

describe('its process', () => {
  const start = async (dir: string): Promise<{ child: ChildProcess; line: ReadyLine }> => {
    const args = ['--import', 'tsx', 'lib/simulator/main.ts', '--data', dir, '--scenario', 'small-fleet']
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    return { child, line: JSON.parse(line.toString()) as ReadyLine }
  }

  it('keeps addresses and identities over a restart, and ends with its parent', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'simulator-test-'))
    try {
      const first = await start(dir)
      expect(first.line).toMatchObject({
        ready: true,
        clock: { simAt: Date.UTC(2024, 11, 11, 22, 45), speed: 20, paused: false },
      })
      const files = [first.line.kubeconfig, first.line.config].map(file => readFileSync(file, 'utf8'))
      first.child.stdin?.end()
      expect(await once(first.child, 'exit')).toEqual([0, null])
      const second = await start(dir)
      expect([second.line.kubeconfig, second.line.config].map(file => readFileSync(file, 'utf8'))).toEqual(
        files,
      )
      second.child.kill('SIGTERM')
      expect(await once(second.child, 'exit')).toEqual([0, null])
    } finally {
      rmSync(dir, { recursive: true })
    }
  }, 60_000)
})
