import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { SimulatedCluster } from '../fleet/cluster'
import type { SimulatedFleet } from '../fleet/fleet'
import { DNS_SERVERS, type DnsServer, dnsText } from '../metrics/dns-text'
import { TcpEndpoint } from './endpoints'
import type { PortBook } from './port-book'

interface Door {
  cluster: SimulatedCluster
  server: DnsServer
}

/** `/metrics` of CoreDNS and of a node cache of each cluster, at addresses of their own: plain HTTP, as they serve it. */
export class DnsMetricsServer {
  /** The one server behind all addresses; it never listens itself. */
  readonly #http: Server
  readonly #endpoints = new Map<string, TcpEndpoint[]>()
  readonly #doors = new Map<number, Door>()

  constructor(private readonly ports: PortBook) {
    this.#http = createServer({ keepAliveTimeout: 120_000 }, (request, response) =>
      this.#answer(request, response),
    )
  }

  async open(fleet: SimulatedFleet): Promise<void> {
    const accept = (socket: Socket) => this.#http.emit('connection', socket)
    const opening: Promise<void>[] = []
    for (const cluster of fleet.clusters.values()) {
      const own = DNS_SERVERS.map(
        server => new TcpEndpoint(`${cluster.id}/${server}-metrics`, this.ports, accept),
      )
      this.#endpoints.set(cluster.id, own)
      opening.push(
        ...own.map(async (endpoint, i) => {
          await endpoint.open()
          this.#doors.set(endpoint.port, { cluster, server: DNS_SERVERS[i] ?? 'coredns' })
        }),
      )
    }
    await Promise.all(opening)
  }

  /** Addresses for `dnsMetrics` of holdfast.yaml. */
  addressesOf(clusterId: string): string[] {
    return (this.#endpoints.get(clusterId) ?? []).map(({ port }) => `http://127.0.0.1:${port}/metrics`)
  }

  close(): void {
    for (const endpoint of [...this.#endpoints.values()].flat()) endpoint.close()
    this.#endpoints.clear()
    this.#doors.clear()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const door = this.#doors.get(request.socket.localPort ?? 0)
    if (!door) {
      request.socket.destroy()
      return
    }
    // Start times are on the fleet's clock: so is the date by which a reader puts them on its own.
    response.setHeader('date', new Date(door.cluster.now()).toUTCString())
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
      return
    }
    const text = dnsText(door.cluster, door.server)
    if (text === undefined) {
      request.socket.destroy()
      return
    }
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
}
