import { addServers, block, restart, scaleNodes, shiftTraffic } from '../model/levers'
import type { SimulatedFleet } from './fleet'

export class LeverError extends Error {}

type Input = Record<string, unknown>

/**
 * Levers that work from outside a cluster's API: the cloud's firewall, its node pools and control-plane servers, and
 * the traffic manager. A real fleet has such doors too; Holdfast reaches them by webhooks.
 */
export function pullLever(fleet: SimulatedFleet, lever: string, input: Input): void {
  const cluster = fleet.clusters.get(String(input.cluster))
  if (!cluster) throw new LeverError(`cluster: no cluster ${JSON.stringify(input.cluster)} in this fleet`)
  const { model } = cluster
  if (lever === 'block-nodes') block(model, share(input, 'share'))
  else if (lever === 'shift-traffic') shiftTraffic(model, share(input, 'share'))
  else if (lever === 'scale-nodes') scaleNodes(model, count(input, 'nodes', 1, 20_000))
  else if (lever === 'add-servers') addServers(model, count(input, 'count', 1, 10))
  else if (lever === 'restart-server') restart(model, count(input, 'server', 0, model.servers.length - 1))
  else
    throw new LeverError(
      `no lever ${lever}: there are block-nodes, shift-traffic, scale-nodes, add-servers, restart-server`,
    )
}

function share(input: Input, key: string): number {
  const value = input[key]
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw new LeverError(`${key}: a number between 0 and 1 is needed`)
}

function count(input: Input, key: string, least: number, most: number): number {
  const value = input[key]
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new LeverError(`${key}: a whole number between ${least} and ${most} is needed`)
}
