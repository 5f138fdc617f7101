import { HoldfastError } from '../errors'
import type { HoldfastConfig } from '../fleet/config-schema'
import { loadFleet } from '../fleet/load-fleet'
import type { Fleet } from '../fleet/types'
import type { ProductDto } from '../wire/fleet'
import type { ClusterRecord } from './cluster-record'
import { FleetWatch } from './fleet-watch'
import { StatusBoard } from './status-board'

/** What is known of one fleet; replaced as a whole when another simulated run begins. */
export interface World {
  fleet: Fleet
  config: HoldfastConfig
  watch: FleetWatch
  products: ProductDto[]
  board: StatusBoard
}

export interface WorldSource {
  configPath?: string
  kubeconfigPaths: string[]
  simulated: boolean
}

/** Reads the fleet and begins to know it. @throws HoldfastError when holdfast.yaml cannot be used */
export async function loadWorld(source: WorldSource, now: number): Promise<World> {
  const { fleet, config } = await loadFleet(source)
  const declared = new Map(config.products.map(product => [product.id, product]))
  const ids = new Set([...declared.keys(), ...fleet.clusters.flatMap(cluster => cluster.products)])
  const products = [...ids].map(id => ({ id, name: declared.get(id)?.name ?? titleOf(id) }))
  const board = new StatusBoard(
    products.map(product => ({ ...product, description: declared.get(product.id)?.description ?? '' })),
    { title: config.status.title, simulated: source.simulated },
  )
  return { fleet, config, watch: new FleetWatch(fleet, now), products, board }
}

/** @throws HoldfastError `not-found` */
export function findRecord({ watch }: World, id: string): ClusterRecord {
  const record = watch.records.get(id)
  if (!record) throw new HoldfastError('not-found', `There is no cluster "${id.slice(0, 80)}" in this fleet.`)
  return record
}

/** A product that nobody named: `api` is API, `chat` is Chat. */
function titleOf(id: string): string {
  return id.length <= 3 ? id.toUpperCase() : id.charAt(0).toUpperCase() + id.slice(1)
}
