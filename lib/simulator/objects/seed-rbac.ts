import type { ObjectStore } from './object-store'
import type { JsonObject } from './types'

const RBAC = 'rbac.authorization.k8s.io'
const API = `${RBAC}/v1`
const READ = ['get', 'list', 'watch']

const on = (apiGroups: string[], resources: string[], verbs: string[]): JsonObject => ({
  apiGroups,
  resources,
  verbs,
})
const paths = (...nonResourceURLs: string[]): JsonObject => ({ nonResourceURLs, verbs: ['get'] })
const groupSubject = (name: string): JsonObject => ({ kind: 'Group', apiGroup: RBAC, name })
const userSubject = (name: string): JsonObject => ({ kind: 'User', apiGroup: RBAC, name })

/** The least that Holdfast needs as an ordinary caller: to watch cheaply, and to take its actions. */
const RESPONDER_RULES: JsonObject[] = [
  on([''], ['namespaces', 'nodes', 'serviceaccounts', 'events', 'services'], ['get', 'list']),
  on([''], ['pods'], ['get', 'list', 'delete', 'deletecollection']),
  on([''], ['configmaps'], ['get']),
  on(
    ['apps'],
    ['daemonsets', 'deployments', 'statefulsets'],
    ['get', 'list', 'create', 'update', 'patch', 'delete'],
  ),
  on(['apps'], ['deployments/scale', 'statefulsets/scale'], ['get', 'update', 'patch']),
  on(['apps'], ['replicasets', 'controllerrevisions'], ['get', 'list']),
  on([RBAC], ['roles'], ['get', 'list']),
  on([RBAC], ['clusterroles'], ['get', 'list']),
  on([RBAC], ['clusterrolebindings', 'rolebindings'], ['get', 'list', 'create', 'update', 'patch', 'delete']),
  on(
    ['flowcontrol.apiserver.k8s.io'],
    ['flowschemas', 'prioritylevelconfigurations'],
    ['get', 'list', 'create', 'update', 'patch', 'delete'],
  ),
  on(['coordination.k8s.io'], ['leases'], ['get', 'list']),
  paths('/metrics', '/livez/*', '/readyz/*', '/debug/api_priority_and_fairness/*'),
]

interface Grant {
  name: string
  rules: JsonObject[]
  subjects: JsonObject[]
}

const DEFAULT_LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }

/** Default roles of every server, cut to those that matter to callers from outside. */
const DEFAULTS: Grant[] = [
  {
    name: 'cluster-admin',
    rules: [on(['*'], ['*'], ['*']), { nonResourceURLs: ['*'], verbs: ['*'] }],
    subjects: [groupSubject('system:masters')],
  },
  {
    name: 'system:public-info-viewer',
    rules: [paths('/healthz', '/livez', '/readyz', '/version', '/version/')],
    subjects: [groupSubject('system:authenticated'), groupSubject('system:unauthenticated')],
  },
  {
    name: 'system:discovery',
    rules: [
      paths(
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ),
    ],
    subjects: [groupSubject('system:authenticated')],
  },
  {
    name: 'system:basic-user',
    rules: [
      on(['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
      on(['authentication.k8s.io'], ['selfsubjectreviews'], ['create']),
    ],
    subjects: [groupSubject('system:authenticated')],
  },
  {
    name: 'system:kube-controller-manager',
    rules: [
      on(['*'], ['*'], READ),
      on([''], ['events', 'serviceaccounts', 'pods'], ['create', 'update', 'patch', 'delete']),
    ],
    subjects: [userSubject('system:kube-controller-manager')],
  },
  {
    name: 'system:node-proxier',
    rules: [
      on([''], ['services', 'endpoints', 'nodes'], READ),
      on(['discovery.k8s.io'], ['endpointslices'], READ),
    ],
    subjects: [userSubject('system:kube-proxy')],
  },
]

const OWN: Grant[] = [
  { name: 'holdfast:responders', rules: RESPONDER_RULES, subjects: [groupSubject('holdfast:responders')] },
  {
    // Without it rights could be taken away but not given back, nor a mute proved by a request of the muted.
    name: 'holdfast:bind',
    rules: [on([RBAC], ['clusterroles', 'roles'], ['bind']), on([''], ['serviceaccounts'], ['impersonate'])],
    subjects: [userSubject('holdfast')],
  },
  {
    name: 'kube-state-metrics',
    rules: [
      on([''], ['pods', 'nodes', 'namespaces', 'services'], ['list', 'watch']),
      on(['apps'], ['*'], ['list', 'watch']),
    ],
    subjects: [{ kind: 'ServiceAccount', namespace: 'monitoring', name: 'kube-state-metrics' }],
  },
  {
    name: 'coredns',
    rules: [
      on([''], ['endpoints', 'services', 'pods', 'namespaces'], ['list', 'watch']),
      on(['discovery.k8s.io'], ['endpointslices'], ['list', 'watch']),
    ],
    subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'coredns' }],
  },
  {
    name: 'log-shipper',
    rules: [on([''], ['namespaces'], ['get', 'list', 'watch'])],
    subjects: [{ kind: 'ServiceAccount', namespace: 'logging', name: 'log-shipper' }],
  },
]

function grant(
  store: ObjectStore,
  { name, rules, subjects }: Grant,
  labels: Record<string, string> | undefined,
  createdAt: number,
): void {
  const metadata = labels ? { name, labels } : { name }
  store.create(`clusterroles.${RBAC}`, API, { metadata, rules }, createdAt)
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name }
  store.create(`clusterrolebindings.${RBAC}`, API, { metadata, subjects, roleRef }, createdAt)
}

/** Roles and bindings of a cluster before anything happens. */
export function seedRbac(store: ObjectStore, createdAt: number): void {
  for (const each of DEFAULTS) grant(store, each, DEFAULT_LABELS, createdAt)
  for (const each of OWN) grant(store, each, undefined, createdAt)
  const reader = 'extension-apiserver-authentication-reader'
  store.create(
    `roles.${RBAC}`,
    API,
    {
      metadata: { name: reader, namespace: 'kube-system', labels: DEFAULT_LABELS },
      rules: [{ ...on([''], ['configmaps'], READ), resourceNames: ['extension-apiserver-authentication'] }],
    },
    createdAt,
  )
  store.create(
    `rolebindings.${RBAC}`,
    API,
    {
      metadata: { name: `system::${reader}`, namespace: 'kube-system', labels: DEFAULT_LABELS },
      subjects: [userSubject('system:kube-controller-manager')],
      roleRef: { apiGroup: RBAC, kind: 'Role', name: reader },
    },
    createdAt,
  )
}
