import type { NewObject, ObjectStore } from './object-store'
import { daemonSet, deployment, statefulSet, type WorkloadShape } from './workload-manifests'

const REGISTRY = 'registry.example.com'
const helm = (release: string, namespace: string) => ({
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': namespace },
})

/** What the seeds need to know of a cluster. */
export interface WorkloadPlan {
  product: string
  platform: boolean
  nodes: number
  pods: number
  kubernetesVersion: string
  dnsReplicas: number
  corefiles: { coreDns: string; nodeCache: string }
}

const SERVICES: [namespace: string, name: string, port: number][] = [
  ['default', 'kubernetes', 443],
  ['kube-system', 'kube-dns', 53],
]
const DAEMON_SETS = 5

function daemonSets(version: string): WorkloadShape[] {
  return [
    {
      name: 'kube-proxy',
      namespace: 'kube-system',
      image: 'registry.k8s.io/kube-proxy',
      version,
      hostNetwork: true,
    },
    {
      name: 'cni-node',
      namespace: 'kube-system',
      image: `${REGISTRY}/network/cni-node`,
      version: 'v1.18.5',
      hostNetwork: true,
    },
    {
      name: 'node-local-dns',
      namespace: 'kube-system',
      image: 'registry.k8s.io/dns/k8s-dns-node-cache',
      version: '1.23.1',
      args: [
        '-localip',
        '169.254.20.10,10.96.0.10',
        '-conf',
        '/etc/Corefile',
        '-upstreamsvc',
        'kube-dns-upstream',
      ],
      hostNetwork: true,
    },
    {
      name: 'node-exporter',
      namespace: 'monitoring',
      image: 'quay.io/prometheus/node-exporter',
      version: 'v1.8.2',
      hostNetwork: true,
      ...helm('node-exporter', 'monitoring'),
    },
    {
      name: 'log-shipper',
      namespace: 'logging',
      image: `${REGISTRY}/observability/log-shipper`,
      version: '2.4.0',
      env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }],
      maxUnavailable: '10%',
      labels: { 'app.kubernetes.io/managed-by': 'rollout-pipeline' },
    },
  ]
}

/** Product Deployments and their shares of the pods that are left for them. */
const PRODUCT_SHARES: [suffix: string, share: number][] = [
  ['gateway', 0.12],
  ['api', 0.38],
  ['worker', 0.5],
]

function deployments(plan: WorkloadPlan): WorkloadShape[] {
  const { product, nodes, pods, dnsReplicas } = plan
  const left = Math.max(3, pods - DAEMON_SETS * nodes - dnsReplicas - 6)
  const argo = { labels: { 'argocd.argoproj.io/instance': product }, cpu: '500m', memory: '1Gi' }
  return [
    {
      name: 'coredns',
      namespace: 'kube-system',
      image: 'registry.k8s.io/coredns/coredns',
      version: 'v1.11.3',
      replicas: dnsReplicas,
    },
    {
      name: 'kube-state-metrics',
      namespace: 'monitoring',
      image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics',
      version: 'v2.13.0',
      replicas: 1,
      ...helm('kube-state-metrics', 'monitoring'),
    },
    ...PRODUCT_SHARES.map(([suffix, share]) => ({
      name: `${product}-${suffix}`,
      namespace: product,
      image: `${REGISTRY}/${product}/${suffix}`,
      version: '2024.12.10-1',
      replicas: Math.max(1, Math.round(left * share)),
      ...argo,
    })),
    ...(plan.platform
      ? ['identity', 'billing'].map(name => ({
          name,
          namespace: 'platform',
          image: `${REGISTRY}/platform/${name}`,
          version: '2024.12.09-2',
          replicas: 2,
          ...argo,
        }))
      : []),
  ]
}

/** Namespaces, accounts, configuration and workloads of a cluster before anything happens. */
export function seedWorkloads(store: ObjectStore, plan: WorkloadPlan, createdAt: number): void {
  const system = ['default', 'kube-node-lease', 'kube-public', 'kube-system']
  const namespaces = [
    ...system,
    'logging',
    'monitoring',
    plan.product,
    ...(plan.platform ? ['platform'] : []),
  ]
  for (const name of new Set(namespaces)) addNamespace(store, name, createdAt)
  const add = (typeId: string, apiVersion: string, object: NewObject) =>
    store.create(typeId, apiVersion, object, createdAt)
  const account = ({ name, namespace }: WorkloadShape) =>
    add('serviceaccounts', 'v1', { metadata: { name, namespace } })

  for (const shape of daemonSets(plan.kubernetesVersion)) {
    account(shape)
    add('daemonsets.apps', 'apps/v1', daemonSet(shape))
  }
  for (const shape of deployments(plan)) {
    account(shape)
    add('deployments.apps', 'apps/v1', deployment(shape))
  }
  const cache: WorkloadShape = {
    name: `${plan.product}-session-store`,
    namespace: plan.product,
    image: `${REGISTRY}/data/valkey`,
    version: '8.0.1',
    replicas: 3,
  }
  account(cache)
  add('statefulsets.apps', 'apps/v1', statefulSet(cache))
  for (const [namespace, name, port] of SERVICES) {
    const ports = [{ name, port, protocol: 'TCP', targetPort: port }]
    add('services', 'v1', { metadata: { name, namespace }, spec: { type: 'ClusterIP', ports } })
  }
  for (const name of ['kube-controller-manager', 'kube-scheduler']) {
    add('leases.coordination.k8s.io', 'coordination.k8s.io/v1', {
      metadata: { name, namespace: 'kube-system' },
      spec: { holderIdentity: `control-plane-0_${name}`, leaseDurationSeconds: 15, leaseTransitions: 1 },
    })
  }
  add('configmaps', 'v1', {
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile: plan.corefiles.coreDns },
  })
  add('configmaps', 'v1', {
    metadata: {
      name: 'node-local-dns',
      namespace: 'kube-system',
      labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' },
    },
    data: { Corefile: plan.corefiles.nodeCache },
  })
}

/** A namespace with what controllers put into each. */
export function addNamespace(store: ObjectStore, name: string, createdAt?: number): void {
  const namespace = {
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }
  store.create('namespaces', 'v1', namespace, createdAt)
  store.create('serviceaccounts', 'v1', { metadata: { name: 'default', namespace: name } }, createdAt)
}
