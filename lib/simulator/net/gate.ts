import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { wallSleep } from '../../clock/system-clock'
import { beginRequest } from '../api/handle-request'
import type { ApiAnswer } from '../api/types'
import type { SimulatedCluster } from '../fleet/cluster'
import type { Pki } from './certificates'
import { identify, type TokenBook } from './identify'

const compress = promisify(gzip)
/** kube-apiserver's own limit of request bodies. */
const MAX_BODY_BYTES = 3 * 1024 * 1024
/** API answers are compressed from here on (k8s.io/apiserver), /metrics always. */
const GZIP_FROM = 128 * 1024
/** Delays shorter than this (wall ms) are not worth a timer: sockets take as long. */
const SHORTEST_DELAY_MS = 0.7

/** What a connection is for, by the port it came to. */
export interface Door {
  cluster: SimulatedCluster
  server: number | 'balanced'
}

export interface GateOptions {
  pki: Pki
  tokens: TokenBook
  fullMetrics: boolean
  /** What is behind a local port now. */
  doorAt: (port: number) => Door | undefined
  speed: () => number
  /** Called for what should never happen. */
  onFault: (error: unknown) => void
}

/** The one HTTPS server behind all addresses of the fleet: one TLS context, one HTTP parser pool. It never listens itself. */
export function createGate(options: GateOptions): Server {
  const { pki } = options
  const server = createServer({
    cert: pki.server.certificate,
    key: pki.server.key,
    ca: pki.authority,
    requestCert: true,
    rejectUnauthorized: false,
    sessionIdContext: 'simulated-fleet',
    ticketKeys: randomBytes(48),
    minVersion: 'TLSv1.2',
    keepAliveTimeout: 120_000,
  })
  server.headersTimeout = 60_000
  server.requestTimeout = 0
  server.on('request', (request, response) => {
    serve(options, request, response).catch(error => {
      options.onFault(error)
      request.socket.destroy()
    })
  })
  return server
}

async function serve(
  options: GateOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const socket = request.socket as TLSSocket
  const door = options.doorAt(socket.localPort ?? 0)
  if (!door) {
    socket.destroy()
    return
  }
  const body = await readBody(request)
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end()
    return
  }
  const headers = request.headers as Record<string, string | undefined>
  const start = beginRequest(
    door.cluster,
    {
      server: door.server,
      identity: identify(socket, headers.authorization, options.tokens),
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers,
      body,
    },
    options.fullMetrics,
  )
  const delay = (simulatedMs: number) => simulatedMs / options.speed()
  if ('outcome' in start) {
    // The balancer has a backend in its list that is gone.
    await pause(delay(start.latencyMs))
    socket.destroy()
    return
  }
  try {
    await pause(delay(start.landsAfterMs))
    if (socket.destroyed) return
    const answer = start.finish()
    await pause(delay(start.latencyMs - start.landsAfterMs))
    if (!socket.destroyed) await send(request, response, answer)
  } finally {
    start.end()
  }
}

async function pause(wallMs: number): Promise<void> {
  if (wallMs > SHORTEST_DELAY_MS) await wallSleep(wallMs)
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const { method } = request
  if (method === 'GET' || method === 'HEAD') return ''
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function send(request: IncomingMessage, response: ServerResponse, answer: ApiAnswer): Promise<void> {
  const { status, body } = answer
  const headers: Record<string, string> = { 'audit-id': randomUUID(), ...answer.headers }
  if (typeof body !== 'string') {
    response.writeHead(status, headers)
    for (const piece of body) {
      if (response.destroyed) return
      if (!response.write(piece)) await drained(response)
    }
    response.end()
    return
  }
  const zips = request.headers['accept-encoding']?.includes('gzip') ?? false
  const isMetrics = headers['content-type']?.includes('version=0.0.4') ?? false
  if (zips && (isMetrics || body.length >= GZIP_FROM)) {
    const zipped = await compress(body, { level: 1 })
    response.writeHead(status, { ...headers, 'content-encoding': 'gzip', 'content-length': zipped.length })
    response.end(zipped)
    return
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
