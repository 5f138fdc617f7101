import type { Cluster } from '../fleet/types'
import type { ControlPlaneState } from '../health/types'
import type { DeclaredActuator } from './actuators/actuator'
import type { CanaryHint } from './landing-terms'
import type { ControlPlaneTarget, MachinesTarget, WorkloadTarget } from './types'

/** Who asks; whether they may is decided before this room is called. */
export interface Actor {
  name: string
  /** A token's name is not a person's. Default: a person in a session. */
  via?: 'session' | 'token'
  /** Marks of who it is beside the name: who shares one is the same human under another name. */
  identities?: readonly string[]
  /** Signed in by a sealed one-time code, under a name of their own choice. */
  breakGlass?: boolean
}

/** Names of people, other than this one, who could approve an action: those with the role responder or more. */
export type Approvers = (except: Pick<Actor, 'name' | 'identities'>) => Promise<readonly string[]>

/** One workload as last listed on one cluster. */
export interface WorkloadSnapshot {
  kind: WorkloadTarget['kind']
  namespace: string
  name: string
  uid: string
  labels: Record<string, string>
  annotations: Record<string, string>
  serviceAccount?: string
  /** Its own pod selector. */
  selector: LabelSelector
  /** Labels of its pod template. */
  podLabels: Record<string, string>
  /** Pods it wants or has there, when known. */
  pods?: number
  image?: string
  /** The object as the API server gave it; without it there is no undo from this snapshot. */
  object?: Record<string, unknown>
  /** Epoch ms of the listing that showed it. */
  seenAt: number
}

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

/** A ClusterRoleBinding or RoleBinding that names the ServiceAccount asked for. */
export interface BindingSnapshot {
  kind: 'ClusterRoleBinding' | 'RoleBinding'
  /** RoleBindings only. */
  namespace?: string
  name: string
  uid: string
  /** The whole object, with `subjects` and `roleRef`. */
  object: Record<string, unknown>
  seenAt: number
}

/** What is known of one cluster at this moment, without asking it anything. */
export interface ClusterFacts {
  cluster: Cluster
  /** 0 when not known. */
  nodes: number
  /** As the API server tells it, `v1.31.2`; undefined when it was never read. */
  version?: string
  state: ControlPlaneState
  /** Epoch ms of the newest evidence behind `state`. */
  evidenceAt?: number
  /** When the data plane starts to fail for good, epoch ms. */
  fuseAt?: number
  /** Why its CoreDNS must not be restarted now, in words; undefined when it may. */
  dnsRefusal?: string
  /** How long the ordinary canary lately waited. */
  canary?: CanaryHint
  /** Tries of the ordinary canary that were sent after `since`, oldest first. Default: nobody measures them. */
  callers?(since: number): readonly CallerSample[]
  /** API server CPU cores in use, when known: shown before and after. */
  cores?: number
  /** The API server's own request timeout; 60 s unless its flags say otherwise. */
  requestTimeoutMs?: number
}

/** One try of the ordinary canary. */
export interface CallerSample {
  /** When its end was known, epoch ms. */
  at: number
  waitMs: number
  served: boolean
}

/** Objects of Cluster API that the operator declared, and within which numbers they may be scaled. */
export interface DeclaredMachines {
  /** The cluster they make, as the operator calls it. */
  cluster: string
  /** Id of the cluster that they live on. */
  managementId: string
  target: MachinesTarget | ControlPlaneTarget
  floor: number
  ceiling: number
  /** Most machines that one action may add or take. */
  maxStep: number
}

/** Where exact targets come from. Everything here is memory of what was seen; nothing may block. */
export interface TargetSource {
  /** Every cluster of the fleet. */
  clusters(): readonly ClusterFacts[]
  cluster(clusterId: string): ClusterFacts | undefined
  /** DaemonSets, Deployments and StatefulSets as last listed there. */
  workloads(clusterId: string): readonly WorkloadSnapshot[]
  /** Clusters where it may have arrived since they were last listed: a plan cannot know, and says so. Default: none. */
  unread?(target: WorkloadTarget): readonly string[]
  /** Title of the incident that is open now, null when there is none. Default: nobody watches for one. */
  incident?(): string | null
  /** Bindings that name the ServiceAccount; undefined when bindings were never read there. */
  bindings(
    clusterId: string,
    namespace: string,
    serviceAccount: string,
  ): readonly BindingSnapshot[] | undefined
  /** What holdfast.yaml declares under `actuators`. Default: none. */
  actuators?(): readonly DeclaredActuator[]
  /** What holdfast.yaml declares under `clusterApi`. Default: nothing. */
  machines?(): readonly DeclaredMachines[]
}
