import { z } from 'zod'
import type { WorkloadSeen } from './types'

type Untyped = Record<string, unknown> | null

const MAX_LABELS = 32
const MAX_TEXT = 256
const MAX_IMAGES = 8
const MAX_IMAGE = 512
const MAX_OBJECT = 32_768

/** Annotations and labels by which Argo CD, Flux and Helm mark what they own, and roll-outs their revision. */
const TELLING_ANNOTATION =
  /^(argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io|meta\.helm\.sh|helm\.sh)\/|^(deployment\.kubernetes\.io\/revision|deprecated\.daemonset\.template\.generation|kubernetes\.io\/change-cause)$/

const texts = z.record(z.string(), z.unknown()).optional().catch(undefined)
const text = z.string().optional().catch(undefined)
const count = z.number().int().nonnegative().optional().catch(undefined)

const item = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().catch(''),
    uid: z.string().catch(''),
    generation: z.number().catch(0),
    resourceVersion: z.string().catch(''),
    creationTimestamp: text,
    labels: texts,
    annotations: texts,
    managedFields: z
      .array(z.object({ manager: text, time: text, subresource: text }))
      .optional()
      .catch(undefined),
  }),
  spec: z
    .object({
      template: z.object({
        spec: z.object({
          serviceAccountName: text,
          initContainers: z
            .array(z.object({ image: text }))
            .optional()
            .catch(undefined),
          containers: z
            .array(z.object({ image: text }))
            .optional()
            .catch(undefined),
        }),
      }),
    })
    .optional()
    .catch(undefined),
  status: z.object({ desiredNumberScheduled: count, numberReady: count }).optional().catch(undefined),
})

const list = z.object({
  metadata: z
    .object({ continue: text, remainingItemCount: z.number().optional().catch(undefined) })
    .catch({}),
  // Kubernetes writes an empty list as null in some versions.
  items: z.array(z.unknown()).nullish(),
})

/** What was read before, by uid: an object whose resourceVersion still is the same is not read again. */
export type WorkloadsKnown = ReadonlyMap<string, WorkloadSeen>

/**
 * Reads a list of workloads, whole objects or PartialObjectMetadata, bounding every string. An item without a name
 * is left out; undefined when the text is no list at all.
 */
export function readWorkloads(
  kind: WorkloadSeen['kind'],
  body: string,
  known?: WorkloadsKnown,
): { workloads: WorkloadSeen[]; truncated: boolean } | undefined {
  const parsed = list.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const workloads: WorkloadSeen[] = []
  for (const raw of parsed.data.items ?? []) {
    const same = known && unchanged(raw, known)
    const one = same ? undefined : item.safeParse(raw)
    if (same) workloads.push(same)
    else if (one?.success) workloads.push(toWorkload(kind, one.data, raw))
  }
  return { workloads, truncated: Boolean(parsed.data.metadata.continue) }
}

function unchanged(raw: unknown, known: WorkloadsKnown): WorkloadSeen | undefined {
  const { metadata, status } = (raw ?? {}) as { metadata?: Untyped; status?: Untyped }
  const before = known.get(String(metadata?.uid))
  const same =
    before?.resourceVersion &&
    before.resourceVersion === metadata?.resourceVersion &&
    before.desiredNumberScheduled === status?.desiredNumberScheduled &&
    before.numberReady === status?.numberReady
  return same ? before : undefined
}

/** Undefined when it is not JSON: the caller then keeps what it knew. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Epoch ms of a Kubernetes time; undefined when it is none. */
export function timeOf(value: string | undefined): number | undefined {
  const at = value === undefined ? Number.NaN : Date.parse(value)
  return Number.isFinite(at) ? at : undefined
}

function toWorkload(
  kind: WorkloadSeen['kind'],
  { metadata, spec, status }: z.infer<typeof item>,
  raw: unknown,
): WorkloadSeen {
  const template = spec?.template.spec
  const containers = [...(template?.containers ?? []), ...(template?.initContainers ?? [])]
  const images = containers.flatMap(c => (c.image ? [c.image.slice(0, MAX_IMAGE)] : [])).slice(0, MAX_IMAGES)
  return {
    kind,
    namespace: metadata.namespace.slice(0, MAX_TEXT),
    name: metadata.name.slice(0, MAX_TEXT),
    uid: metadata.uid.slice(0, MAX_TEXT),
    generation: metadata.generation,
    resourceVersion: metadata.resourceVersion.slice(0, MAX_TEXT),
    createdAt: timeOf(metadata.creationTimestamp),
    changedAt: changedAt(metadata.managedFields),
    labels: bounded(metadata.labels, () => true),
    annotations: bounded(metadata.annotations, key => TELLING_ANNOTATION.test(key)),
    images: template ? images : undefined,
    serviceAccountName: template?.serviceAccountName?.slice(0, MAX_TEXT),
    desiredNumberScheduled: status?.desiredNumberScheduled,
    numberReady: status?.numberReady,
    object: spec ? keptObject(raw) : undefined,
  }
}

/** The whole object without what only says who wrote it; undefined when it is too large to keep. */
function keptObject(raw: unknown): Record<string, unknown> | undefined {
  const text = JSON.stringify(raw, (key, value) => (key === 'managedFields' ? undefined : value))
  return text.length <= MAX_OBJECT ? (JSON.parse(text) as Record<string, unknown>) : undefined
}

/** Servers before 1.22 do not mark changes of the status; there the controller manager makes them. */
function changedAt(
  fields: { manager?: string; time?: string; subresource?: string }[] = [],
): number | undefined {
  const times = fields
    .filter(field => field.subresource !== 'status' && field.manager !== 'kube-controller-manager')
    .flatMap(field => timeOf(field.time) ?? [])
  return times.length > 0 ? Math.max(...times) : undefined
}

function bounded(
  values: Record<string, unknown> | undefined,
  keep: (key: string) => boolean,
): Record<string, string> {
  const entries = Object.entries(values ?? {})
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && keep(entry[0]))
    .slice(0, MAX_LABELS)
    .map(([key, value]) => [key.slice(0, MAX_TEXT), value.slice(0, MAX_TEXT)])
  return Object.fromEntries(entries)
}
