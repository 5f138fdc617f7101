import { jsonBody } from '../ask-cluster'
import { asRecord, asStrings } from '../saved-object'
import type { SeenObject } from './change-step'
import { inWords, type Look } from './look'

/** A resource of an API group that a cluster may serve in one of several versions, newest first. */
export interface CustomResource {
  group: string
  versions: readonly string[]
  plural: string
}

/** An object as it is now, with what a plan reads of it. */
export interface FoundObject extends SeenObject {
  spec: Record<string, unknown>
  labels: Record<string, string>
  annotations: Record<string, string>
  /** `Kind name` of those that own it. */
  owners: string[]
  seenAt: number
}

/** Asks which version is served, and for the object. Objects of these kinds are in nobody's memory. */
export async function findObject(
  look: Look,
  { group, versions, plural }: CustomResource,
  target: { kind: string; namespace: string; name: string },
): Promise<FoundObject | { leftOut: string }> {
  const { kind, namespace, name } = target
  const served = await look.get(`/apis/${group}`)
  if (served?.outcome === 'answer' && served.status === 404)
    return { leftOut: `${group} is not served there: name the cluster that ${kind}s live on` }
  const known = served?.status === 200 ? jsonBody(served)?.versions : undefined
  if (!Array.isArray(known)) return { leftOut: `it cannot be asked for its ${kind}s: ${inWords(served)}` }
  const offered = known.map(one => asRecord(one).version)
  const version = versions.find(one => offered.includes(one))
  if (!version)
    return { leftOut: `it serves no version of ${group} that is known here (${versions.join(', ')})` }
  const path = `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`
  const got = await look.get(path)
  if (got?.outcome === 'answer' && got.status === 404)
    return { leftOut: `${kind} is not there (asked just now)` }
  const object = got?.status === 200 ? jsonBody(got) : undefined
  const metadata = asRecord(object?.metadata)
  const { uid, ownerReferences } = metadata
  if (typeof uid !== 'string') return { leftOut: `it could not be read: ${inWords(got)}` }
  const owners = (Array.isArray(ownerReferences) ? ownerReferences : []).map(asRecord)
  return {
    kind,
    namespace,
    name,
    uid,
    path,
    spec: asRecord(object?.spec),
    labels: asStrings(metadata.labels),
    annotations: asStrings(metadata.annotations),
    owners: owners.map(owner => `${String(owner.kind)} ${String(owner.name)}`.slice(0, 300)),
    seenAt: look.now(),
  }
}
