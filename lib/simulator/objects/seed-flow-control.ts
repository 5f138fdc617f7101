import type { ObjectStore } from './object-store'
import { minorOf, servedVersions } from './resource-table'
import type { JsonObject } from './types'

const GROUP = 'flowcontrol.apiserver.k8s.io'
const user = (name: string): JsonObject => ({ kind: 'User', user: { name } })
const group = (name: string): JsonObject => ({ kind: 'Group', group: { name } })
const account = (namespace: string, name: string): JsonObject => ({
  kind: 'ServiceAccount',
  serviceAccount: { namespace, name },
})
const everyResource: JsonObject = {
  verbs: ['*'],
  apiGroups: ['*'],
  resources: ['*'],
  clusterScope: true,
  namespaces: ['*'],
}
const everyPath: JsonObject = { verbs: ['*'], nonResourceURLs: ['*'] }
const everything = (...subjects: JsonObject[]): JsonObject => ({
  subjects,
  resourceRules: [everyResource],
  nonResourceRules: [everyPath],
})
const leases = (verbs: string[], namespaces: string[]): JsonObject => ({
  verbs,
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  namespaces,
})
const nodes = group('system:nodes')
const everybody = [group('system:unauthenticated'), group('system:authenticated')]

interface Flow {
  name: string
  level: string
  precedence: number
  rules: JsonObject[]
  byUser?: boolean
}

/** Mandatory and suggested FlowSchemas (k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap). */
const FLOWS: Flow[] = [
  { name: 'exempt', level: 'exempt', precedence: 1, rules: [everything(group('system:masters'))] },
  {
    name: 'probes',
    level: 'exempt',
    precedence: 2,
    rules: [
      {
        subjects: everybody,
        nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
      },
    ],
  },
  {
    name: 'system-leader-election',
    level: 'leader-election',
    precedence: 100,
    byUser: true,
    rules: [
      {
        subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler')],
        resourceRules: [leases(['get', 'create', 'update'], ['*'])],
      },
    ],
  },
  {
    name: 'endpoint-controller',
    level: 'workload-high',
    precedence: 150,
    byUser: true,
    rules: [
      {
        subjects: [
          account('kube-system', 'endpoint-controller'),
          account('kube-system', 'endpointslice-controller'),
        ],
        resourceRules: [
          {
            verbs: ['get', 'create', 'update'],
            apiGroups: [''],
            resources: ['endpoints'],
            namespaces: ['*'],
          },
        ],
      },
    ],
  },
  {
    name: 'workload-leader-election',
    level: 'leader-election',
    precedence: 200,
    byUser: true,
    rules: [
      {
        subjects: [account('kube-system', '*')],
        resourceRules: [leases(['get', 'create', 'update'], ['*'])],
      },
    ],
  },
  {
    name: 'system-node-high',
    level: 'node-high',
    precedence: 400,
    byUser: true,
    rules: [
      {
        subjects: [nodes],
        resourceRules: [
          {
            verbs: ['*'],
            apiGroups: [''],
            resources: ['nodes', 'nodes/status'],
            clusterScope: true,
            namespaces: ['*'],
          },
          leases(['*'], ['*']),
        ],
      },
    ],
  },
  { name: 'system-nodes', level: 'system', precedence: 500, byUser: true, rules: [everything(nodes)] },
  {
    name: 'kube-controller-manager',
    level: 'workload-high',
    precedence: 800,
    byUser: true,
    rules: [everything(user('system:kube-controller-manager'))],
  },
  {
    name: 'kube-scheduler',
    level: 'workload-high',
    precedence: 800,
    byUser: true,
    rules: [everything(user('system:kube-scheduler'))],
  },
  {
    name: 'kube-system-service-accounts',
    level: 'workload-high',
    precedence: 900,
    byUser: true,
    rules: [everything(account('kube-system', '*'))],
  },
  {
    name: 'service-accounts',
    level: 'workload-low',
    precedence: 9000,
    byUser: true,
    rules: [everything(group('system:serviceaccounts'))],
  },
  {
    name: 'global-default',
    level: 'global-default',
    precedence: 9900,
    byUser: true,
    rules: [everything(...everybody)],
  },
  {
    name: 'catch-all',
    level: 'catch-all',
    precedence: 10_000,
    byUser: true,
    rules: [everything(...everybody)],
  },
]

interface Level {
  shares: number
  lendable: number
  queues?: { queues: number; handSize: number; queueLengthLimit: number }
}

const fair = (queues: number, handSize: number) => ({ queues, handSize, queueLengthLimit: 50 })
const LEVELS: Record<string, Level> = {
  'catch-all': { shares: 5, lendable: 0 },
  'global-default': { shares: 20, lendable: 50, queues: fair(128, 6) },
  'leader-election': { shares: 10, lendable: 0, queues: fair(16, 4) },
  'node-high': { shares: 40, lendable: 25, queues: fair(64, 6) },
  system: { shares: 30, lendable: 33, queues: fair(64, 6) },
  'workload-high': { shares: 40, lendable: 50, queues: fair(128, 6) },
  'workload-low': { shares: 100, lendable: 90, queues: fair(128, 6) },
}

/** Name of the field for shares in this API version. */
export function sharesField(apiVersion: string): 'nominalConcurrencyShares' | 'assuredConcurrencyShares' {
  return /v1beta[12]$/.test(apiVersion) ? 'assuredConcurrencyShares' : 'nominalConcurrencyShares'
}

/** The FlowSchemas and priority levels that every server makes for itself. */
export function seedFlowControl(store: ObjectStore, serverVersion: string, createdAt: number): void {
  const apiVersion = `${GROUP}/${servedVersions(GROUP, serverVersion)[0]}`
  // Exempt levels carry a spec from 1.28 on (v1beta3).
  const exempt =
    minorOf(serverVersion) >= 28 ? { exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } } : {}
  const add = (typeId: string, name: string, spec: JsonObject) =>
    store.create(
      typeId,
      apiVersion,
      { metadata: { name, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } }, spec, status: {} },
      createdAt,
    )
  add(`prioritylevelconfigurations.${GROUP}`, 'exempt', { type: 'Exempt', ...exempt })
  for (const [name, level] of Object.entries(LEVELS)) {
    const limitResponse = level.queues ? { type: 'Queue', queuing: level.queues } : { type: 'Reject' }
    add(`prioritylevelconfigurations.${GROUP}`, name, {
      type: 'Limited',
      limited: { [sharesField(apiVersion)]: level.shares, limitResponse, lendablePercent: level.lendable },
    })
  }
  for (const flow of FLOWS) {
    add(`flowschemas.${GROUP}`, flow.name, {
      priorityLevelConfiguration: { name: flow.level },
      matchingPrecedence: flow.precedence,
      ...(flow.byUser ? { distinguisherMethod: { type: 'ByUser' } } : {}),
      rules: flow.rules,
    })
  }
}
