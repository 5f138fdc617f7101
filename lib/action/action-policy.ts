import type { PolicyConfig } from '../fleet/policy-schema'

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
  /** For which actions another person approves the digest before anything is armed. */
  secondPerson: 'tier2' | 'always' | 'never'
  /** After how long without an answer that may be overridden, in people's time. */
  overrideAfterMs: number
  /** What is said to actions of tier 1 and 2 while no incident is open. */
  requireIncident: 'warn' | 'block'
  /** The operator's own guards. */
  guards: readonly OwnGuard[]
}

/** A guard of the operator: an expression over the plan, and what it says when that is true. */
export interface OwnGuard {
  name: string
  /** CEL, see `compileGuardExpression`. */
  when: string
  verdict: 'warn' | 'block'
  text: string
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
  secondPerson: 'tier2',
  overrideAfterMs: 2 * 60_000,
  requireIncident: 'warn',
  guards: [],
}

/** What `policy` of holdfast.yaml comes to. Workloads are added to those that are always protected. */
export function actionPolicyOf(config: PolicyConfig): ActionPolicy {
  return {
    ...DEFAULT_ACTION_POLICY,
    protectedNamespaces: config.protectedNamespaces,
    protectedWorkloads: [
      ...new Set([...DEFAULT_ACTION_POLICY.protectedWorkloads, ...config.protectedWorkloads]),
    ],
    warnFleetShare: config.warnFleetShare,
    maxFleetShare: config.maxFleetShare,
    evidenceMaxAgeMs: config.evidenceMaxAgeSeconds * 1000,
    planTtlMs: config.planTtlSeconds * 1000,
    secondPerson: config.secondPerson,
    overrideAfterMs: config.overrideAfterSeconds * 1000,
    requireIncident: config.requireIncident,
    guards: config.guards,
  }
}
