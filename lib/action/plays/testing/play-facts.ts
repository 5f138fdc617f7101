import { FakeClock } from '../../../clock/fake-clock'
import type { PartAction, PlayCluster, PlayFacts } from '../types'

export const AT = new FakeClock().now()

export const cluster = (id: string, over: Partial<PlayCluster> = {}): PlayCluster => ({
  id,
  names: [id],
  nodes: 100,
  state: 'Healthy',
  dataPlane: 'Fresh',
  ...over,
})

/** A read storm: a DaemonSet on three clusters, two of which are lost. */
export function stormFacts(over: Partial<PlayFacts> = {}): PlayFacts {
  return {
    incident: 'API servers overloaded',
    clusters: [
      cluster('a', { state: 'LockedOut', cause: 'callers', dataPlane: 'Burning' }),
      cluster('b', { state: 'Overloaded', cause: 'callers' }),
      cluster('c'),
      cluster('d', { state: 'LockedOut' }),
    ],
    suspect: {
      kind: 'DaemonSet',
      namespace: 'observability',
      name: 'telemetry-collector',
      serviceAccount: 'telemetry',
      clusterIds: ['a', 'b', 'c'],
    },
    ownerOf: () => ({ kind: 'Application', namespace: 'argocd', name: 'telemetry' }),
    machines: [],
    actuators: [],
    ...over,
  }
}

/** An action of a part, with one shot a cluster. */
export function partAction(
  action: Partial<PartAction['action']>,
  shots: Record<string, PartAction['shots'][number]['state']> = {},
): PartAction {
  const landed = new Set(['landed', 'verified', 'unverified'])
  return {
    action: {
      id: 'action',
      kind: 'freeze-roll-outs',
      state: 'planned',
      digest: '',
      by: 'ada',
      reason: '',
      plannedAt: AT,
      expiresAt: AT + 600_000,
      target: { kind: 'Application', namespace: 'argocd', name: 'telemetry' },
      blastRadius: { clusters: 1, fleetClusters: 4, nodes: 1, workloads: 1, pods: 0, products: [] },
      ...action,
    },
    shots: Object.entries(shots).map(([clusterId, state]) => ({
      id: clusterId,
      actionId: 'action',
      clusterId,
      step: 0,
      stepKind: 'pause-owner',
      state,
      write: { method: 'PATCH', path: '/', guard: 'test' },
      token: 0,
      fuseAt: 0,
      expiresAt: AT,
      attempts: 1,
      lastAttempts: [],
      landedAt: landed.has(state) ? AT : undefined,
      detail: '',
      updatedAt: AT,
      wave: 0,
    })),
  }
}
