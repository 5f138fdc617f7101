import { jsonBody } from '../ask-cluster'
import { METADATA_ONLY } from '../metadata-only'
import { asRecord } from '../saved-object'
import { inWords, type Look } from './look'

export interface SeenNode {
  name: string
  uid: string
}

/** Their API server runs there; whether it is cordoned relieves nobody. */
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']
/** Some of what is listed may be the control plane's. */
const SPARE = 10

/** Worker nodes with these labels that are, or are not, cordoned; the first so many by name, and whether there are more. */
export async function listNodes(
  look: Look,
  selector: string,
  isCordoned: boolean,
  most: number,
): Promise<{ nodes: SeenNode[]; more: boolean } | { leftOut: string }> {
  const query = new URLSearchParams({
    labelSelector: selector,
    fieldSelector: `spec.unschedulable=${isCordoned}`,
    limit: String(most + SPARE),
  })
  const answer = await look.get(`/api/v1/nodes?${query}`, METADATA_ONLY)
  const body = answer?.status === 200 ? jsonBody(answer) : undefined
  const items = body?.items === null ? [] : body?.items
  if (!Array.isArray(items)) return { leftOut: `its nodes could not be listed: ${inWords(answer)}` }
  const nodes = items.flatMap(item => {
    const { name, uid, labels } = asRecord(asRecord(item).metadata)
    if (typeof name !== 'string' || typeof uid !== 'string') return []
    return CONTROL_PLANE.some(label => label in asRecord(labels)) ? [] : [{ name, uid }]
  })
  const { continue: rest } = asRecord(body?.metadata)
  return { nodes: nodes.slice(0, most), more: nodes.length > most || Boolean(rest) }
}
