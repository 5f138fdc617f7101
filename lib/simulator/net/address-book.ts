import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { SimulatedFleet } from '../fleet/fleet'
import { TcpEndpoint } from './endpoints'
import type { Door } from './gate'
import type { PortBook } from './port-book'

interface ClusterDoors {
  balanced: TcpEndpoint
  /** By index of the API server; servers ordered later are behind the balanced address only. */
  direct: TcpEndpoint[]
}

/** All TCP addresses of a fleet, and which cluster and server is behind each. */
export class AddressBook {
  readonly #doors = new Map<string, ClusterDoors>()
  readonly #byPort = new Map<number, Door>()

  constructor(
    private readonly fleet: SimulatedFleet,
    private readonly ports: PortBook,
    private readonly gate: HttpsServer,
  ) {}

  async open(): Promise<void> {
    const accept = (socket: Socket) => this.gate.emit('connection', socket)
    const opening: Promise<void>[] = []
    for (const cluster of this.fleet.clusters.values()) {
      const endpoint = (name: string) => new TcpEndpoint(`${cluster.id}/${name}`, this.ports, accept)
      const balanced = endpoint('balanced')
      const direct = cluster.model.servers.map((_, i) => endpoint(`server-${i}`))
      this.#doors.set(cluster.id, { balanced, direct })
      opening.push(balanced.open(), ...direct.map(each => each.open()))
    }
    await Promise.all(opening)
    for (const [id, { balanced, direct }] of this.#doors) {
      const cluster = this.fleet.clusters.get(id)
      if (!cluster) continue
      this.#byPort.set(balanced.port, { cluster, server: 'balanced' })
      direct.forEach((each, server) => {
        this.#byPort.set(each.port, { cluster, server })
      })
    }
    this.ports.save()
  }

  doorAt(port: number): Door | undefined {
    return this.#byPort.get(port)
  }

  portsOf(clusterId: string): { balanced: number; direct: number[] } {
    const doors = this.#doors.get(clusterId)
    if (!doors) throw new Error(`no addresses for cluster ${clusterId}`)
    return { balanced: doors.balanced.port, direct: doors.direct.map(each => each.port) }
  }

  /** Direct addresses of servers that are down refuse; open again when they are back. */
  follow(): void {
    for (const [id, { direct }] of this.#doors) {
      const servers = this.fleet.clusters.get(id)?.model.servers ?? []
      for (let i = 0; i < direct.length; i++) {
        const endpoint = direct[i]
        const up = servers[i]?.up ?? false
        if (!endpoint || up === endpoint.isOpen) continue
        if (up) void endpoint.reopen()
        else endpoint.close()
      }
    }
  }

  close(): void {
    for (const { balanced, direct } of this.#doors.values())
      for (const each of [balanced, ...direct]) each.close()
    this.#doors.clear()
    this.#byPort.clear()
  }
}
