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
const MAX_REPLICAS = 10_000

const namespace = z.string().regex(label, 'is no name of a namespace')
const name = z.string().regex(subdomain, 'is no name of an object')

const common = {
  clusterIds: z.array(z.string().min(1).max(256)).max(MAX_CLUSTERS).optional(),
  /** May still be empty in a plan; the confirmation needs one. */
  reason: z.string().max(2_000).default(''),
}
const workload = <const K extends readonly [string, ...string[]]>(kinds: K) =>
  z.strictObject({ kind: z.enum(kinds), namespace, name })
export const workloadRef = workload(['DaemonSet', 'Deployment', 'StatefulSet'])
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
    target: workload(['DaemonSet']),
    nodes: z.int().min(0).max(MAX_NODES),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('scale-workload'),
    target: workload(['Deployment', 'StatefulSet']),
    replicas: z.int().min(0).max(MAX_REPLICAS),
    ...common,
  }),
])
/** As a program sends it; what has a default may be left out. */
export type ActionPostInput = z.input<typeof actionPost>
export type ActionPost = z.output<typeof actionPost>
