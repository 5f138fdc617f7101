import { z } from 'zod'

/** RFC 1123, as Kubernetes has it: a label for namespaces, labels with dots for names. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

const MAX_CLUSTERS = 5_000
/** Long enough to outlast the incident that Holdfast is built from; an API server forgets nobody by itself. */
const MAX_MUTE_MINUTES = 12 * 60
const DEFAULT_MUTE_MINUTES = 60
/** Names of nodes go into the workload's own template, which is copied into every pod. */
const MAX_NODES = 50
/** Each of its pods is a write of its own. */
const MAX_DRAINED = 10
const MAX_REPLICAS = 10_000
const MAX_API_SERVERS = 9

const namespace = z.string().regex(label, 'is no name of a namespace')
const name = z.string().regex(subdomain, 'is no name of an object')

const common = {
  clusterIds: z.array(z.string().min(1).max(256)).max(MAX_CLUSTERS).optional(),
  /** May still be empty in a plan; the confirmation needs one. */
  reason: z.string().max(2_000).default(''),
}
const namespaced = <const K extends readonly [string, ...string[]]>(kinds: K) =>
  z.strictObject({ kind: z.enum(kinds), namespace, name })
export const workloadRef = namespaced(['DaemonSet', 'Deployment', 'StatefulSet'])
/** Names of users and groups are free text to Kubernetes; control characters are in nobody's. */
const identity = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[^\p{Cc}]+$/u, 'holds control characters')
export const callerRef = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ServiceAccount'), namespace, name }),
  z.strictObject({ kind: z.enum(['User', 'Group']), name: identity }),
])

/** Characters of a label selector; whether it is one, the API server says. */
const nodesRef = z.strictObject({
  kind: z.literal('Nodes'),
  name: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_./=!,() -]*$/, 'is no label selector such as pool=blue'),
})
/** What puts workloads back or changes them; frozen, it does neither. */
export const ownerRef = namespaced(['Application', 'Kustomization', 'HelmRelease', 'Rollout'])

/** Of any kind that can be scaled, custom resources above all. */
const scalableRef = z.strictObject({
  kind: z.literal('Scalable'),
  resource: z
    .string()
    .max(253)
    .regex(
      /^[a-z][a-z0-9-]*\.v[0-9]+((alpha|beta)[0-9]+)?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/,
      'is no plural.version.group such as rollouts.v1alpha1.argoproj.io',
    ),
  namespace,
  name,
})

/** `POST /api/v1/actions`: makes a plan; nothing is sent to any cluster but reads and dry runs. */
export const actionPost = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('remove-service'), target: workloadRef, ...common }),
  z.strictObject({ kind: z.literal('roll-back-workload'), target: workloadRef, ...common }),
  z.strictObject({
    kind: z.literal('mute-caller'),
    target: callerRef,
    minutes: z.int().min(1).max(MAX_MUTE_MINUTES).default(DEFAULT_MUTE_MINUTES),
    ...common,
  }),
  z.strictObject({ kind: z.literal('revoke-caller'), target: callerRef, ...common }),
  z.strictObject({
    kind: z.literal('shrink-footprint'),
    target: namespaced(['DaemonSet']),
    nodes: z.int().min(0).max(MAX_NODES),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('scale-workload'),
    target: namespaced(['Deployment', 'StatefulSet']),
    replicas: z.int().min(0).max(MAX_REPLICAS),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('scale-resource'),
    target: scalableRef,
    replicas: z.int().min(0).max(MAX_REPLICAS),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('cordon-nodes'),
    target: nodesRef,
    nodes: z.int().min(1).max(MAX_NODES),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('drain-nodes'),
    target: nodesRef,
    nodes: z.int().min(1).max(MAX_DRAINED),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('re-admit-nodes'),
    target: nodesRef,
    nodes: z.int().min(1).max(MAX_NODES).default(MAX_NODES),
    ...common,
  }),
  z.strictObject({ kind: z.literal('freeze-roll-outs'), target: ownerRef, ...common }),
  z.strictObject({
    kind: z.literal('scale-cluster'),
    target: namespaced(['MachineDeployment', 'MachinePool']),
    replicas: z.int().min(0).max(MAX_REPLICAS),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('scale-api-servers'),
    target: namespaced(['KubeadmControlPlane']),
    /** Members of etcd, of which a majority must agree: an even number gains nothing. */
    replicas: z
      .int()
      .min(1)
      .max(MAX_API_SERVERS)
      .refine(count => count % 2 === 1, 'must be odd'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('shift-traffic'),
    target: namespaced(['HTTPRoute']),
    to: name,
    percent: z.int().min(0).max(100),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('run-actuator'),
    target: z.strictObject({ kind: z.literal('Actuator'), name }),
    /** Checked against what holdfast.yaml declares for it; no text that is not among its choices. */
    input: z
      .record(z.string().min(1).max(64), z.union([z.int(), z.boolean(), z.string().max(100)]))
      .default({}),
    ...common,
  }),
])
/** As a program sends it; what has a default may be left out. */
export type ActionPostInput = z.input<typeof actionPost>
export type ActionPost = z.output<typeof actionPost>
