/** Limits of guarded actions; set by the operator in `holdfast.yaml`, these are the defaults. */
export interface ActionPolicy {
  /** Workloads in these are never removed. */
  protectedNamespaces: string[]
  /** Names that are never removed, whatever their namespace. */
  protectedWorkloads: string[]
  /** In people's time, as the budgets for dry runs are. */
  planTtlMs: number
  /** How long an armed shot tries, in the fleet's time: that is what lock-outs last in. */
  approvalTtlMs: number
  evidenceMaxAgeMs: number
  snapshotMaxAgeMs: number
  /** Share of the fleet, by clusters or nodes, above which the plan warns, and above which it is blocked. */
  warnFleetShare: number
  maxFleetShare: number
  minReasonLength: number
  dryRunDeadlineMs: number
  dryRunConcurrency: number
  /** After this long the rest of the fleet is planned from snapshots. */
  dryRunBudgetMs: number
}

export const DEFAULT_ACTION_POLICY: ActionPolicy = {
  protectedNamespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'holdfast'],
  // Name resolution, service routing and pod networks: without them a cluster cannot be mended from inside.
  protectedWorkloads: [
    'coredns',
    'kube-dns',
    'node-local-dns',
    'nodelocaldns',
    'kube-proxy',
    'cilium',
    'cilium-operator',
    'calico-node',
    'calico-typha',
    'calico-kube-controllers',
    'aws-node',
    'azure-cni',
    'azure-ip-masq-agent',
    'kube-flannel-ds',
    'kube-flannel',
    'weave-net',
    'kindnet',
    'antrea-agent',
    'antrea-controller',
    'ovnkube-node',
    'ovs-node',
    'canal',
    'kube-router',
    'konnectivity-agent',
    'cloud-controller-manager',
    'cloud-node-manager',
    'holdfast',
  ],
  // Ten minutes: facts of an incident older than that describe another incident.
  planTtlMs: 10 * 60_000,
  // An hour: the longest lock-out that a removal was seen to wait out is under half of it.
  approvalTtlMs: 60 * 60_000,
  // Probes come every 5 to 60 s: two minutes without any means that nobody watches this cluster.
  evidenceMaxAgeMs: 2 * 60_000,
  snapshotMaxAgeMs: 24 * 3_600_000,
  warnFleetShare: 0.5,
  maxFleetShare: 1,
  minReasonLength: 8,
  // A person waits for the plan: what has not answered in three seconds is locked out for this purpose.
  dryRunDeadlineMs: 3_000,
  dryRunConcurrency: 96,
  dryRunBudgetMs: 15_000,
}
