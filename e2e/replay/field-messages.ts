import type { LivePathView } from '../../lib/dns/fuse/types'
import type { KubeRequest, KubeResult } from '../../lib/kube/types'
import type { InventoryFact, Observation, ProbeMood } from '../../lib/probe/types'
import type { FieldOptions } from './field'

/** Of a hundred clusters, so many are moved by the second field: the first also judges, ranks and acts. */
const SECOND_FIELD_PERCENT = 70

export type FieldOwner = 'first' | 'second'

/** Which field moves and watches a cluster; neighbours in size and region are spread over both. */
export function ownerOf(index: number): FieldOwner {
  return (index * 37) % 100 < SECOND_FIELD_PERCENT ? 'second' : 'first'
}

export type FieldSetup = Omit<FieldOptions, 'include'>

/** What the first field asks of the second one's clusters, with the request that belongs to it. */
export interface FieldCall {
  id: number
  server: string
  laneId: string
  request: Omit<KubeRequest, 'signal' | 'onChunk'> | 'knock'
}

export type Seen =
  | { kind: 'observation'; observation: Observation }
  | { kind: 'inventory'; fact: InventoryFact }
  /** The list as it was told last. */
  | { kind: 'same-workloads'; fact: Omit<Extract<InventoryFact, { fact: 'workloads' }>, 'workloads'> }
  | { kind: 'live-path'; clusterId: string; view: LivePathView }
  | { kind: 'fault'; error: unknown }

/** Go on to this instant. */
export interface Advance {
  /** Epoch ms. */
  until: number
  /** At `until` this second of the scenario ends; undefined in the middle of one. */
  second?: number
  moods: { clusterId: string; mood: ProbeMood }[]
  calls: FieldCall[]
  /** Calls whose caller has left. */
  left: number[]
}

/** What came to pass until then. */
export interface Advanced {
  seen: Seen[]
  answers: { id: number; answer: KubeResult | boolean }[]
  /** What users and tests may know of the clusters' true state, at the end of a second. */
  truth: ClusterTruth[]
  requests: number
  bytes: number
  simulatorMs: number
}

export interface ClusterTruth {
  index: number
  serviceFailure: number
  trafficShifted: number
  agents: number
  apiLostAt?: number
  dnsLostAt?: number
}
