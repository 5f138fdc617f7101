import { jsonBody } from '../ask-cluster'
import { asRecord } from '../saved-object'
import type { Look } from './look'

export const FLOW_CONTROL = 'flowcontrol.apiserver.k8s.io'

const VERSIONS = ['v1', 'v1beta3', 'v1beta2', 'v1beta1'] as const
export type FlowControlVersion = (typeof VERSIONS)[number]

/** First minor that serves it (Kubernetes deprecation guide; v1 since 1.29). */
const SINCE: Record<FlowControlVersion, number> = { v1: 29, v1beta3: 26, v1beta2: 23, v1beta1: 20 }

/**
 * The newest version of the API that this cluster serves: asked of it, or told from its own version where it does not
 * answer. Undefined when neither says.
 */
export async function flowControlVersion(
  look: Look,
): Promise<{ version: FlowControlVersion; asked: boolean } | undefined> {
  const group = await look.get(`/apis/${FLOW_CONTROL}`)
  const body = group?.status === 200 ? jsonBody(group) : undefined
  const served = Array.isArray(body?.versions) ? body.versions.map(one => asRecord(one).version) : []
  const best = VERSIONS.find(version => served.includes(version))
  if (best) return { version: best, asked: true }
  const minor = Number(/^v?1\.(\d+)/.exec(look.facts.version ?? '')?.[1])
  const told = VERSIONS.find(version => minor >= SINCE[version])
  return told && { version: told, asked: false }
}
