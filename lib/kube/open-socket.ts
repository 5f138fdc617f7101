import http from 'node:http'
import https from 'node:https'
import net, { type LookupFunction, type Socket } from 'node:net'
import tls, { type SecureContext } from 'node:tls'
import { KubeFailure } from './classify-failure'

export interface Target {
  host: string
  port: number
}

export interface TlsTerms {
  secureContext: SecureContext
  rejectUnauthorized: boolean
  /** Name for SNI and for the check of the certificate; default: the host. */
  servername?: string
  session?: Buffer
  onSession: (session: Buffer) => void
}

const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 15_000, noDelay: true } as const

/** Host and port of an http or https URL, brackets of IPv6 taken off. */
export function targetOf(url: string): Target {
  const { hostname, port, protocol } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}

/**
 * A TCP connection to `target`, through `proxyUrl` (http, https or socks5) when given.
 * @throws Error of Node, or KubeFailure, or the signal's reason
 */
export async function openTcp(
  target: Target,
  proxyUrl: string | undefined,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  if (!proxyUrl) return connected(net.connect({ ...target, lookup, ...KEEP_ALIVE }), 'connect', signal)
  const proxy = new URL(proxyUrl)
  return proxy.protocol.startsWith('socks')
    ? throughSocks(target, proxy, lookup, signal)
    : throughHttp(target, proxy, lookup, signal)
}

/** TLS over an open connection. */
export function openTls(socket: Socket, host: string, terms: TlsTerms, signal: AbortSignal): Promise<Socket> {
  const name = terms.servername ?? host
  const secure = tls.connect({
    socket,
    host: name,
    servername: net.isIP(name) ? '' : name,
    secureContext: terms.secureContext,
    rejectUnauthorized: terms.rejectUnauthorized,
    session: terms.session,
    ALPNProtocols: ['http/1.1'],
  })
  secure.on('session', terms.onSession)
  return connected(secure, 'secureConnect', signal)
}

function connected(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal.removeEventListener('abort', onAbort)
      socket.removeListener(event, onOpen)
      socket.removeListener('error', onError)
      socket.removeListener('close', onClose)
    }
    const fail = (error: unknown) => {
      done()
      // Late errors of a socket that nobody holds any more must not end the process.
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const onOpen = () => {
      done()
      resolve(socket)
    }
    const onError = (error: Error) => fail(error)
    const onClose = () => fail(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }))
    const onAbort = () => fail(signal.reason)
    socket.once(event, onOpen)
    socket.once('error', onError)
    socket.once('close', onClose)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** CONNECT through an HTTP proxy. */
function throughHttp(
  target: Target,
  proxy: URL,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${net.isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const authorization =
    credentials === ':'
      ? {}
      : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
  const request = (proxy.protocol === 'https:' ? https : http).request({
    ...targetOf(proxy.href),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorization },
    lookup,
    signal,
    agent: false,
  })
  return new Promise((resolve, reject) => {
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) {
        socket.setKeepAlive(true, KEEP_ALIVE.keepAliveInitialDelay)
        return resolve(socket)
      }
      socket.destroy()
      reject(
        new KubeFailure(
          'refused',
          `the proxy did not connect us to the server (it answered ${response.statusCode})`,
        ),
      )
    })
    request.once('response', response => {
      response.destroy()
      reject(new KubeFailure('refused', `the proxy refused to connect (it answered ${response.statusCode})`))
    })
    request.once('error', error => reject(signal.aborted ? signal.reason : proxyFailure(error)))
    request.end()
  })
}

/** SOCKS5; the proxy resolves the server's name. */
async function throughSocks(
  target: Target,
  proxy: URL,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Socket> {
  const { SocksClient } = await import('socks')
  const { host, port } = targetOf(proxy.href.replace(/^socks5h?:/, 'http:'))
  const socket = await connected(
    net.connect({ host, port: proxy.port ? port : 1080, lookup, ...KEEP_ALIVE }),
    'connect',
    signal,
  ).catch(error => {
    throw signal.aborted ? signal.reason : proxyFailure(error)
  })
  const onAbort = () => socket.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const { socket: tunnel } = await SocksClient.createConnection({
      command: 'connect',
      destination: target,
      existing_socket: socket,
      proxy: {
        host,
        port: proxy.port ? port : 1080,
        type: 5,
        ...(proxy.username && {
          userId: decodeURIComponent(proxy.username),
          password: decodeURIComponent(proxy.password),
        }),
      },
    })
    return tunnel
  } catch (error) {
    socket.destroy()
    throw signal.aborted ? signal.reason : proxyFailure(error)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function proxyFailure(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = code || (error instanceof Error ? error.message : 'unknown error')
  return new KubeFailure(
    code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'name-lookup' : 'refused',
    `the proxy-url cannot be used: ${reason}`,
  )
}
