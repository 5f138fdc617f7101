import type { ClusterFacts, TargetSource } from '../../lib/action/ports'
import { bindingFromObject, workloadFromObject } from '../../lib/action/snapshot-object'

export const TARGET = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' } as const
export const REASON = 'telemetry floods the API servers'
export const CLUSTERS = 100

export const clusterId = (i: number) => `c${String(i).padStart(3, '0')}`

function daemonSet(id: string): Record<string, unknown> {
  const labels = { app: TARGET.name }
  const spec = {
    serviceAccountName: 'telemetry',
    containers: [{ name: 'agent', image: 'registry.example/agent:2' }],
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: TARGET.name, namespace: TARGET.namespace, uid: `workload-${id}`, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
}

function binding(id: string): Record<string, unknown> {
  return {
    metadata: { name: TARGET.name, uid: `binding-${id}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'telemetry', namespace: TARGET.namespace }],
  }
}

/** A hundred clusters behind one loopback server, known from memory alone. */
export function crashFleet(server: string, now: () => number): TargetSource {
  const facts = (id: string): ClusterFacts => ({
    cluster: {
      id,
      name: id,
      region: 'eu',
      products: [],
      environment: 'prod',
      labels: {},
      resolvers: [],
      lanes: [
        {
          id: 'ordinary',
          kind: 'ordinary',
          title: 'test',
          endpoint: { server: `${server}/clusters/${id}`, insecureSkipTlsVerify: true },
          user: {},
          source: { file: 'test', context: id },
        },
      ],
    },
    nodes: 10,
    state: 'LockedOut',
    evidenceAt: now(),
  })
  const ids = Array.from({ length: CLUSTERS }, (_, i) => clusterId(i))
  return {
    clusters: () => ids.map(facts),
    cluster: id => (ids.includes(id) ? facts(id) : undefined),
    workloads: id => {
      const workload = workloadFromObject('DaemonSet', daemonSet(id), now())
      return workload ? [workload] : []
    },
    bindings: id => {
      const found = bindingFromObject('ClusterRoleBinding', binding(id), now())
      return found ? [found] : []
    },
  }
}
