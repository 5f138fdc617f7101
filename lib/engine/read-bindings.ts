import { z } from 'zod'
import type { BindingSnapshot } from '../action/ports'
import type { Lane } from '../fleet/types'
import type { ClusterClient } from '../kube/types'
import { parseJson } from '../probe/read-workloads'

const bindingList = z.object({
  metadata: z.object({ continue: z.string().optional() }).optional(),
  // Kubernetes writes an empty list as null in some versions.
  items: z
    .array(
      z.looseObject({
        metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), uid: z.string() }),
        subjects: z
          .array(z.looseObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() }))
          .nullish(),
      }),
    )
    .nullish()
    .transform(items => items ?? []),
})

const PAGE = 500
/** Bindings do not grow with nodes or pods; a cluster with more than this many is read in part and said so. */
const MOST_PAGES = 4

/** What one reading of a cluster's bindings gave; `complete` false when there were more than are read. */
export interface BindingsRead {
  at: number
  complete: boolean
  /** By `namespace/serviceAccount`. */
  byServiceAccount: Map<string, BindingSnapshot[]>
}

/**
 * Reads the bindings that give ServiceAccounts their rights. Asked once when a new workload shows up, never on a
 * timer.
 * @returns undefined when the API server did not admit it
 */
export async function readBindings(
  client: ClusterClient,
  lane: Lane,
  now: () => number,
): Promise<BindingsRead | undefined> {
  const byServiceAccount: BindingsRead['byServiceAccount'] = new Map()
  const at = now()
  let complete = true
  for (const kind of ['ClusterRoleBinding', 'RoleBinding'] as const) {
    let next = ''
    for (let page = 0; page < MOST_PAGES; page++) {
      const path = `/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s?limit=${PAGE}${next && `&continue=${encodeURIComponent(next)}`}`
      const answer = await client.request(lane, { method: 'GET', path, timeoutMs: 10_000 })
      if (answer.outcome !== 'answer' || answer.status !== 200 || answer.truncated) return undefined
      const list = bindingList.safeParse(parseJson(answer.body))
      if (!list.success) return undefined
      for (const object of list.data.items) collect(kind, object, at, byServiceAccount)
      next = list.data.metadata?.continue ?? ''
      if (!next) break
    }
    if (next) complete = false
  }
  return { at, complete, byServiceAccount }
}

type Binding = z.infer<typeof bindingList>['items'][number]

function collect(
  kind: BindingSnapshot['kind'],
  { metadata, subjects, ...rest }: Binding,
  seenAt: number,
  into: BindingsRead['byServiceAccount'],
): void {
  for (const subject of subjects ?? []) {
    if (subject.kind !== 'ServiceAccount') continue
    const key = `${subject.namespace ?? metadata.namespace ?? ''}/${subject.name}`
    const object = { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata, subjects, ...rest }
    const { name, namespace, uid } = metadata
    const snapshot: BindingSnapshot = { kind, namespace, name, uid, object, seenAt }
    into.set(key, [...(into.get(key) ?? []), snapshot])
  }
}
