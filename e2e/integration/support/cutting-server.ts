import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { wallSleep } from '../../../lib/clock/system-clock'

/** One write as the API servers took it: their own record, whatever Holdfast believes. */
export interface TakenWrite {
  clusterId: string
  method: string
  path: string
  /** Uid that the request asked for. */
  uid?: string
  applied: boolean
}

export interface CuttingServer {
  url: string
  log: TakenWrite[]
  /** Uid of what was rolled out anew after a removal, by `cluster path`. */
  recreated: Map<string, string>
  /** Whether it still gives trouble. */
  troubled: boolean
  close(): void
}

const RECREATED = 0.15

/**
 * API servers of many clusters behind one loopback port, `/clusters/ID/…`, which turn away, cut before or after the
 * effect, answer late, answer twice, and get some requests twice as from a proxy that repeats. Objects are removed
 * under the uid `uidOf` gives, as a real API server does by precondition; some are rolled out anew right afterwards.
 */
export async function serveCutting(
  rng: () => number,
  uidOf: (clusterId: string, path: string) => string,
): Promise<CuttingServer> {
  const objects = new Map<string, string>()
  const state: Omit<CuttingServer, 'url' | 'close'> = { log: [], recreated: new Map(), troubled: true }

  function take(clusterId: string, method: string, path: string, body: string): [number, object] {
    const key = `${clusterId} ${path}`
    const now = objects.get(key) ?? uidOf(clusterId, path)
    const uid = uidIn(body)
    const applied = method === 'DELETE' && now !== '' && (uid === undefined || uid === now)
    state.log.push({ clusterId, method, path, uid, applied })
    if (now === '') return [404, { kind: 'Status', reason: 'NotFound', code: 404 }]
    if (!applied) return [409, { kind: 'Status', reason: 'Conflict', code: 409 }]
    const isAgain = path.includes('/daemonsets/') && rng() < RECREATED
    if (isAgain) state.recreated.set(key, `again-${clusterId}`)
    objects.set(key, isAgain ? `again-${clusterId}` : '')
    return [200, { kind: 'Status', status: 'Success', code: 200 }]
  }

  async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const [, , clusterId = '', ...rest] = (request.url ?? '').split('/')
    const [path = ''] = `/${rest.join('/')}`.split('?')
    const { method = '' } = request
    if (method === 'GET') return reply(response, 200, { kind: 'PodList', items: [] })
    const draw = state.troubled ? rng() : 1
    if (draw < 0.25) return reply(response, 429, { kind: 'Status', code: 429 })
    if (draw < 0.33) return void request.socket.destroy()
    if (draw < 0.43) await wallSleep(rng() * 2_000)
    const [status, told] = take(clusterId, method, path, body)
    if (draw >= 0.43 && draw < 0.48) take(clusterId, method, path, body)
    if (draw >= 0.48 && draw < 0.6) return void request.socket.destroy()
    if (draw >= 0.6 && draw < 0.68) return twice(request, status, told)
    reply(response, status, told)
  }

  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.once('end', () => answer(request, response, body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
}

function uidIn(body: string): string | undefined {
  const { preconditions } = JSON.parse(body || '{}') as { preconditions?: { uid?: string } }
  return preconditions?.uid
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 429 ? { 'retry-after': '1' } : {}),
  })
  response.end(JSON.stringify(body))
}

/** The same response two times on one connection, as no client expects. */
function twice({ socket }: IncomingMessage, status: number, body: object): void {
  const text = JSON.stringify(body)
  const head = `HTTP/1.1 ${status} Told twice\r\ncontent-type: application/json\r\ncontent-length: ${text.length}`
  socket.end(`${head}\r\n\r\n${text}`.repeat(2))
}
