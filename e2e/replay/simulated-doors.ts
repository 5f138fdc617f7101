import type { Cluster, Fleet, Lane, LaneKind } from '../../lib/fleet/types'
import type { Identity } from '../../lib/simulator/api/types'
import type { SimulatedCluster } from '../../lib/simulator/fleet/cluster'

/** What is behind an address, without sockets. */
interface Door {
  cluster: SimulatedCluster
  server: number | 'balanced'
}

const RESPONDER: Identity = { user: 'holdfast', groups: ['holdfast:responders', 'system:authenticated'] }
const BREAK_GLASS: Identity = { user: 'break-glass', groups: ['system:masters', 'system:authenticated'] }

/** The addresses of a simulated fleet and the fleet as a configuration would name it. */
export class SimulatedDoors {
  readonly fleet: Fleet
  readonly #servers = new Map<string, Door>()
  readonly #resolvers = new Map<string, SimulatedCluster>()

  constructor(clusters: Iterable<SimulatedCluster>) {
    this.fleet = { clusters: [...clusters].map((cluster, i) => this.#open(cluster, i)), problems: [] }
  }

  doorOf(lane: Lane): Door {
    const door = this.#servers.get(lane.endpoint.server)
    if (!door) throw new Error(`no simulated API server at ${lane.endpoint.server}`)
    return door
  }

  /** Ordinary lanes are the responder's, the others belong to `system:masters`. */
  identityOf(lane: Lane): Identity {
    return lane.kind === 'ordinary' ? RESPONDER : BREAK_GLASS
  }

  /** The cluster whose first node cache answers at this address. */
  resolverAt(host: string): SimulatedCluster {
    const cluster = this.#resolvers.get(host)
    if (!cluster) throw new Error(`no simulated resolver at ${host}`)
    return cluster
  }

  #open(cluster: SimulatedCluster, number: number): Cluster {
    const { id, model } = cluster
    const lane = (laneId: string, kind: LaneKind, host: string, server: Door['server']): Lane => {
      const address = `https://${host}.simulated:6443`
      this.#servers.set(address, { cluster, server })
      return {
        id: laneId,
        kind,
        title: `${laneId} of ${id}`,
        endpoint: { server: address, insecureSkipTlsVerify: false },
        user: {},
        source: { file: 'simulated', context: id },
      }
    }
    const host = `10.${number >> 8}.${number & 255}.1`
    this.#resolvers.set(host, cluster)
    return {
      id,
      name: id,
      region: model.region,
      products: [model.product],
      environment: 'production',
      labels: model.platform ? { tier: 'platform' } : {},
      lanes: [
        lane('ordinary', 'ordinary', id, 'balanced'),
        lane('exempt', 'exempt', id, 'balanced'),
        ...model.servers.map((_, i) => lane(`direct-${i + 1}`, 'direct', `${id}-server-${i}`, i)),
      ],
      // One of the node caches: a second one costs as much again and tells the same.
      resolvers: [`${host}:53`],
    }
  }
}
