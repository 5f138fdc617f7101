import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { createClusterClient } from './create-cluster-client'
import {
  get,
  laneTo,
  makeCertificates,
  serveHttps,
  serveTcp,
  type TestCertificates,
  type TestServer,
} from './test-server'
import type { ClusterClient } from './types'

let certificates: TestCertificates
let clock: FakeClock
let client: ClusterClient
const open: TestServer[] = []

beforeAll(async () => {
  certificates = await makeCertificates()
})
beforeEach(() => {
  clock = new FakeClock()
  client = createClusterClient({ clock, version: '1.2.3', connectionsPerLane: 2 })
})
afterEach(async () => {
  await client.close()
  expect(clock.pending, 'every deadline is cleared').toBe(0)
  await Promise.all(open.splice(0).map(server => server.close()))
})

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = await serveHttps(certificates.server, listener)
  open.push(server)
  return { server, lane: laneTo(`https://127.0.0.1:${server.port}`, certificates.ca) }
}

async function serveRaw(onConnection: Parameters<typeof serveTcp>[0]) {
  const server = await serveTcp(onConnection)
  open.push(server)
  return laneTo(`http://127.0.0.1:${server.port}`, undefined)
}

/** Waits for I/O, never for time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

describe('answers', () => {
  it('sends method, path below the base, headers and body, over connections that stay', async () => {
    const seen: string[] = []
    const { server, lane } = await serve((request, response) => {
      const { authorization, accept, 'user-agent': agent, 'content-type': type } = request.headers
      request.setEncoding('utf8').on('data', text => seen.push(text))
      seen.push([request.method, request.url, authorization, accept, agent, type].join(' '))
      request.on('end', () => response.end('{"a":1}'))
    })
    lane.endpoint.server += '/k8s/clusters/c-1'
    const first = await client.request(lane, {
      method: 'PATCH',
      path: '/api?x=1',
      body: { b: 2 },
      contentType: 'application/merge-patch+json',
      timeoutMs: 5000,
    })
    expect(first).toMatchObject({
      outcome: 'answer',
      status: 200,
      body: '{"a":1}',
      truncated: false,
      bytes: 7,
      detail: 'HTTP 200',
    })
    await client.request({ ...lane }, get('/version', { accept: 'text/plain' }))
    expect(server.connections()).toBe(1)
    expect(seen).toEqual([
      'PATCH /k8s/clusters/c-1/api?x=1 Bearer secret-token application/json holdfast/1.2.3 application/merge-patch+json',
      '{"b":2}',
      'GET /k8s/clusters/c-1/version Bearer secret-token text/plain holdfast/1.2.3 ',
    ])
  })

  it('hands over failed answers with their Status in words and Retry-After', async () => {
    const status = { kind: 'Status', reason: 'TooManyRequests', message: 'slow\u0007 down', code: 429 }
    const { lane } = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '3' }).end(JSON.stringify(status))
    })
    const result = await client.request(lane, get('/api'))
    expect(result).toMatchObject({
      outcome: 'answer',
      status: 429,
      retryAfterMs: 3000,
      detail: 'HTTP 429 TooManyRequests: slow  down',
    })
  })

  it('never follows a redirect', async () => {
    const { server, lane } = await serve((_request, response) =>
      response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end(),
    )
    expect(await client.request(lane, get('/'))).toMatchObject({ outcome: 'answer', status: 302 })
    expect(server.connections()).toBe(1)
  })

  it('unpacks gzip, hands 20 MB over in pieces, and counts the bytes of the network', async () => {
    const text = 'apiserver_request_total{code="200"} 1\n'.repeat(550_000)
    const packed = gzipSync(text)
    const { lane } = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
    })
    let size = 0
    const result = await client.request(lane, get('/metrics', { onChunk: chunk => (size += chunk.length) }))
    expect(result).toMatchObject({ outcome: 'answer', body: '', truncated: false, bytes: packed.length })
    expect(size).toBe(text.length)
  })

  it('collects the body of a failed answer even when the caller streams', async () => {
    const { lane } = await serve((_request, response) => response.writeHead(403).end('no'))
    const result = await client.request(lane, get('/metrics', { onChunk: () => expect.unreachable() }))
    expect(result).toMatchObject({ status: 403, body: 'no' })
  })

  it.each([false, true])('cuts a body at maxBytes (gzip: %s) and goes on working', async gzip => {
    const body = Buffer.alloc(300_000, 'x')
    const { lane } = await serve((_request, response) => {
      if (gzip) response.setHeader('content-encoding', 'gzip')
      response.end(gzip ? gzipSync(body) : body)
    })
    const cut = await client.request(lane, get('/', { maxBytes: 1000 }))
    expect(cut).toMatchObject({ outcome: 'answer', status: 200, truncated: true })
    expect(cut.body).toHaveLength(1000)
    expect((await client.request(lane, get('/'))).body).toHaveLength(300_000)
  })

  it('opens a new connection when the server closed the idle one', async () => {
    const { server, lane } = await serve((_request, response) =>
      response.setHeader('connection', 'close').end('{}'),
    )
    await client.request(lane, get('/'))
    expect(await client.request(lane, get('/'))).toMatchObject({ outcome: 'answer' })
    expect(server.connections()).toBe(2)
  })
})

describe('failures', () => {
  it('times out when the server does not answer, and says that the request was sent', async () => {
    let asked = false
    const { lane } = await serve(() => {
      asked = true
    })
    const result = client.request(lane, get('/', { timeoutMs: 7000 }))
    await until(() => asked)
    await clock.advance(7000)
    expect(await result).toMatchObject({
      outcome: 'timeout',
      status: 0,
      durationMs: 7000,
      detail: 'no answer within 7000 ms',
    })
  })

  it('times out when the body stops in the middle', async () => {
    let sent = false
    const { lane } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('x'.repeat(10), () => {
        sent = true
      })
    })
    let received = 0
    const result = client.request(lane, get('/', { onChunk: chunk => (received += chunk.length) }))
    await until(() => sent && received === 10)
    await clock.advance(5000)
    expect(await result).toMatchObject({
      outcome: 'timeout',
      status: 0,
      detail: expect.stringContaining('body did not end'),
    })
  })

  it('tells a connection that cannot be made from an answer that does not come', async () => {
    let connected = false
    const server = await serveTcp(() => {
      connected = true
    })
    open.push(server)
    const lane = laneTo(`https://127.0.0.1:${server.port}`, certificates.ca)
    const result = client.request(lane, get('/', { timeoutMs: 30_000, connectTimeoutMs: 2000 }))
    await until(() => connected)
    await clock.advance(2000)
    expect(await result).toMatchObject({ outcome: 'connect-timeout', durationMs: 2000 })
  })

  it('bounds the connections of a lane; who waits for one has certainly had no effect', async () => {
    let asked = 0
    const { server, lane } = await serve(() => asked++)
    const results = [9000, 9000, 8000].map(timeoutMs => client.request(lane, get('/', { timeoutMs })))
    await until(() => asked === 2)
    await clock.advance(9000)
    const outcomes = (await Promise.all(results)).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['timeout', 'timeout', 'connect-timeout'])
    await clock.advance(60_000)
    expect(server.connections(), 'and none is made anew for requests that were given up').toBe(2)
  })

  it('says refused when nothing listens', async () => {
    const server = await serveTcp(() => {})
    await server.close()
    expect(
      await client.request(laneTo(`https://127.0.0.1:${server.port}`, certificates.ca), get('/')),
    ).toMatchObject({ outcome: 'refused' })
  })

  it('says reset when the connection breaks after the request, or in the middle of a body', async () => {
    const before = await serve(request => request.socket.destroy())
    expect(await client.request(before.lane, get('/'))).toMatchObject({ outcome: 'reset', status: 0 })
    const during = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('x', () => request.socket.destroy())
    })
    expect(await client.request(during.lane, get('/'))).toMatchObject({
      outcome: 'reset',
      status: 0,
      body: '',
    })
  })

  it('says reset with a reason when what answers is not HTTP, or its gzip is damaged', async () => {
    const garbage = await serveRaw(socket =>
      socket.once('data', () => socket.end('\u0000\u0001SSH-2.0-OpenSSH\r\n')),
    )
    const result = await client.request(garbage, get('/'))
    expect(result.outcome).toBe('reset')
    expect(result.detail).toMatch(/does not speak HTTP/)
    const { lane } = await serve((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end('not gzip at all'),
    )
    expect(await client.request(lane, get('/'))).toMatchObject({
      outcome: 'reset',
      detail: expect.stringContaining('gzip'),
    })
  })

  it('says aborted when the caller gives up, before or during', async () => {
    let asked = false
    const { lane } = await serve(() => {
      asked = true
    })
    expect(await client.request(lane, get('/', { signal: AbortSignal.abort() }))).toMatchObject({
      outcome: 'aborted',
    })
    expect(asked).toBe(false)
    const caller = new AbortController()
    const result = client.request(lane, get('/', { signal: caller.signal }))
    await until(() => asked)
    caller.abort()
    expect(await result).toMatchObject({ outcome: 'aborted' })
  })

  it('survives a consumer that throws, headers that are too large, and a request that HTTP cannot express', async () => {
    const { lane } = await serve((_request, response) => response.end('x'))
    const onChunk = () => {
      throw new Error('consumer broke')
    }
    expect((await client.request(lane, get('/', { onChunk }))).detail).toContain('consumer broke')
    expect(await client.request(lane, get('/a b\r\n'))).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('HTTP'),
    })
    const large = await serve((_request, response) =>
      response.setHeader('x-large', 'y'.repeat(100_000)).end(),
    )
    expect(await client.request(large.lane, get('/'))).toMatchObject({
      outcome: 'reset',
      detail: expect.stringContaining('headers'),
    })
  })

  it('takes an address that is none as a failure, not as an error', async () => {
    const lane = laneTo('nonsense', undefined)
    expect(await client.request(lane, get('/'))).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('not a URL'),
    })
    expect(await client.knock(lane, 100)).toBe(false)
  })

  it('refuses after close', async () => {
    const { lane } = await serve((_request, response) => response.end())
    await client.close()
    expect(await client.request(lane, get('/'))).toMatchObject({ outcome: 'aborted' })
    expect(await client.knock(lane, 100)).toBe(false)
  })
})

describe('knock', () => {
  it('tells whether a port opens, without sending anything', async () => {
    let bytes = 0
    const lane = await serveRaw(socket => socket.on('data', chunk => (bytes += chunk.length)))
    expect(await client.knock(lane, 1000)).toBe(true)
    const gone = open.pop()
    await gone?.close()
    expect(await client.knock(lane, 1000)).toBe(false)
    expect(bytes).toBe(0)
  })
})
