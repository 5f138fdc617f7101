import type { JsonObject } from './api'
import { dns, telemetry } from './workloads'

const rbac = 'rbac.authorization.k8s.io'

function clusterRole(name: string, rules: JsonObject[]): JsonObject {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules }
}

function clusterRoleBinding(name: string, role: string, subject: JsonObject): JsonObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [subject],
  }
}

const read = ['get', 'list', 'watch']
const change = ['create', 'delete', 'patch', 'update']

const operatorRules = [
  {
    apiGroups: [''],
    resources: ['nodes', 'namespaces', 'configmaps', 'services', 'endpoints', 'pods', 'serviceaccounts'],
    verbs: read,
  },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete', 'deletecollection'] },
  {
    apiGroups: ['apps'],
    resources: ['daemonsets', 'deployments', 'statefulsets', 'replicasets'],
    verbs: [...read, ...change],
  },
  { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: read },
  {
    apiGroups: ['apps'],
    resources: ['deployments/scale', 'statefulsets/scale', 'replicasets/scale'],
    verbs: ['get', 'patch', 'update'],
  },
  {
    apiGroups: [rbac],
    resources: ['clusterrolebindings', 'rolebindings'],
    verbs: [...read, ...change],
  },
  // To put back a binding that was taken away, one must be allowed to bind its role.
  { apiGroups: [rbac], resources: ['clusterroles', 'roles'], verbs: [...read, 'bind'] },
  {
    apiGroups: ['flowcontrol.apiserver.k8s.io'],
    resources: ['flowschemas', 'prioritylevelconfigurations'],
    verbs: [...read, ...change],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
  {
    nonResourceURLs: [
      '/livez',
      '/livez/*',
      '/readyz',
      '/readyz/*',
      '/version',
      '/metrics',
      '/debug/api_priority_and_fairness/*',
    ],
    verbs: ['get'],
  },
]

const kubeletRules = [
  { apiGroups: [''], resources: ['pods'], verbs: [...read, 'delete'] },
  { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['pods/binding'], verbs: ['create'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['patch'] },
]

const telemetryRules = [
  {
    apiGroups: [''],
    resources: ['pods', 'nodes', 'services', 'endpoints', 'namespaces', 'events'],
    verbs: read,
  },
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets'], verbs: read },
]

/** What kubeadm lets CoreDNS do: follow Services, their endpoints, pods and namespaces. */
const coreDnsRules = [
  { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
]

/** Who may do what: the ordinary operator, the kubelets' stand-in, the telemetry service, CoreDNS. */
export function accessObjects(): JsonObject[] {
  const apiGroup = rbac
  return [
    clusterRole('holdfast', operatorRules),
    clusterRoleBinding('holdfast', 'holdfast', { apiGroup, kind: 'Group', name: 'holdfast:operators' }),
    clusterRole('controlplane:kubelets', kubeletRules),
    clusterRoleBinding('controlplane:kubelets', 'controlplane:kubelets', {
      apiGroup,
      kind: 'User',
      name: 'controlplane:kubelets',
    }),
    clusterRole(telemetry.name, telemetryRules),
    clusterRoleBinding(telemetry.name, telemetry.name, {
      kind: 'ServiceAccount',
      name: telemetry.name,
      namespace: telemetry.namespace,
    }),
    clusterRole('system:coredns', coreDnsRules),
    clusterRoleBinding('system:coredns', 'system:coredns', { kind: 'ServiceAccount', ...dns }),
  ]
}
