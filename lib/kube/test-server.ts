import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import { data, issueCertificate, type Pem } from '../fleet/test-kubeconfig'
import type { Lane, LaneEndpoint } from '../fleet/types'
import type { KubeRequest } from './types'

export interface TestServer {
  port: number
  /** Connections accepted so far. */
  connections: () => number
  close: () => Promise<void>
}

async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

export const serveHttp = (listener: RequestListener) => listen(http.createServer(listener))
export const serveHttps = (pem: Pem, listener: RequestListener, options: https.ServerOptions = {}) =>
  listen(https.createServer({ cert: pem.cert, key: pem.key, ...options }, listener))
export const serveTcp = (onConnection: (socket: Socket) => void) => listen(net.createServer(onConnection))

/** An HTTP proxy that answers CONNECT; `targets` collects what was asked for. */
export async function serveProxy(targets: string[], status = 200): Promise<TestServer> {
  const proxy = http.createServer()
  proxy.on('connect', (request, client: Socket) => {
    targets.push(request.url ?? '')
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const port = Number(request.url?.split(':').at(-1))
    const upstream = net.connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
  })
  return listen(proxy)
}

/** A SOCKS5 proxy without authentication that takes names only, as curl's socks5h does. */
export function serveSocks(targets: string[]): Promise<TestServer> {
  return serveTcp(client => {
    client.once('data', () => {
      client.write(Buffer.from([5, 0]))
      client.once('data', (request: Buffer) => {
        const host =
          request[3] === 3 ? request.subarray(5, -2).toString() : [...request.subarray(4, 8)].join('.')
        const port = request.readUInt16BE(request.length - 2)
        targets.push(`${host}:${port}`)
        const upstream = net.connect(port, '127.0.0.1', () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
          upstream.pipe(client).pipe(upstream)
        })
        upstream.on('error', () => client.destroy())
      })
    })
  })
}

export interface TestCertificates {
  ca: Pem
  server: Pem
  client: Pem
}

export async function makeCertificates(): Promise<TestCertificates> {
  const ca = await issueCertificate({ subject: 'CN=test ca' })
  const names = [
    { type: 'dns' as const, value: 'localhost' },
    { type: 'ip' as const, value: '127.0.0.1' },
  ]
  return {
    ca,
    server: await issueCertificate({ subject: 'CN=api', issuer: ca, names }),
    client: await issueCertificate({ subject: 'O=system:masters, CN=admin', issuer: ca }),
  }
}

interface LaneParts {
  endpoint?: Partial<LaneEndpoint>
  user?: Record<string, unknown>
}

/** A lane to a local server. */
export function laneTo(
  server: string,
  ca: Pem | undefined,
  { endpoint, user = { token: 'secret-token' } }: LaneParts = {},
): Lane {
  return {
    id: 'ordinary',
    kind: 'ordinary',
    title: 'context test of test',
    endpoint: { server, insecureSkipTlsVerify: false, ...(ca && { caData: data(ca.cert) }), ...endpoint },
    user,
    source: { file: 'test', context: 'test' },
  }
}

export const get = (path: string, more: Partial<KubeRequest> = {}): KubeRequest => ({
  method: 'GET',
  path,
  timeoutMs: 5000,
  ...more,
})
