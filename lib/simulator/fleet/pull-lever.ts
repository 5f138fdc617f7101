import {
  addServers,
  block,
  holdControllerManager,
  loseZone,
  restart,
  restoreZone,
  scaleNodes,
  setDnsBroken,
  setEtcdSlow,
  setWebhookDown,
  shiftTraffic,
} from '../model/levers'
import type { ModelCluster } from '../model/types'
import type { SimulatedFleet } from './fleet'

export class LeverError extends Error {}

type Input = Record<string, unknown>

/** CoreDNS replicas lost per second while it is broken: half of them within 40 s. */
const DNS_BREAK_RATE = 1 / 60

/**
 * What can be done from outside a cluster's API. First what the cloud does: firewall, node pools, control-plane
 * servers, traffic manager; a real fleet has such doors too. Then faults to practise on.
 */
const LEVERS: Record<string, (model: ModelCluster, input: Input) => void> = {
  'block-nodes': (model, input) => block(model, share(input, 'share')),
  'shift-traffic': (model, input) => shiftTraffic(model, share(input, 'share')),
  'scale-nodes': (model, input) => scaleNodes(model, count(input, 'nodes', 1, 20_000)),
  'add-servers': (model, input) => addServers(model, count(input, 'count', 1, 10)),
  'restart-server': (model, input) => restart(model, count(input, 'server', 0, model.servers.length - 1)),
  'etcd-slow': (model, input) => setEtcdSlow(model, share(input, 'seconds')),
  'webhook-down': (model, input) => setWebhookDown(model, share(input, 'share')),
  'dns-broken': (model, input) => setDnsBroken(model, share(input, 'share') * DNS_BREAK_RATE),
  'controller-manager-down': (model, input) => holdControllerManager(model, share(input, 'share') > 0),
  'zone-lost': (model, input) => (share(input, 'share') > 0 ? loseZone(model) : restoreZone(model)),
}

/** @throws {LeverError} when there is no such cluster or lever, or the input does not fit */
export function pullLever(fleet: SimulatedFleet, lever: string, input: Input): void {
  const cluster = fleet.clusters.get(String(input.cluster))
  if (!cluster) throw new LeverError(`cluster: no cluster ${JSON.stringify(input.cluster)} in this fleet`)
  if (!Object.hasOwn(LEVERS, lever))
    throw new LeverError(`no lever ${lever}: there are ${Object.keys(LEVERS).join(', ')}`)
  LEVERS[lever]?.(cluster.model, input)
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
