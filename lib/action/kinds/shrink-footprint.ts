import { jsonBody } from '../ask-cluster'
import { findGitOpsOwner } from '../find-gitops-owner'
import { METADATA_ONLY } from '../metadata-only'
import { asRecord } from '../saved-object'
import type { ShrinkFootprint } from '../types'
import { changeStep, type FieldChange } from './change-step'
import { aboutWorkload, carriersOf, findWorkload } from './find-workload'
import type { KindPlanner } from './kind-planner'
import type { Look } from './look'

/** No node carries this label, so that a DaemonSet which asks for it runs nowhere. */
const NOWHERE = { 'holdfast.dev/shrunk-to': 'no-node' }

/** A DaemonSet on so many nodes, or on none: its pods elsewhere go, its object and history stay. */
export const shrinkFootprint: KindPlanner<ShrinkFootprint> = {
  tier: 1,
  title: ({ target }) => `Shrink ${target.name}`,
  carriers: (source, { target }) => carriersOf(source, target),
  async resolve(look, { target, nodes }) {
    const found = await findWorkload(look, target)
    if ('leftOut' in found) return found
    const { workload, why } = found
    if (!workload.object) return { leftOut: 'its whole object was never read, so nothing could be put back' }
    const podSpec = asRecord(asRecord(asRecord(workload.object.spec).template).spec)
    const change = nodes === 0 ? onNoNode(podSpec) : await onSomeNodes(look, podSpec, nodes)
    if ('leftOut' in change) return change
    const where = `${target.kind} ${target.namespace}/${target.name}`
    const size = nodes === 0 ? 'no node' : `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`
    return {
      steps: [
        changeStep(workload, change, {
          text: `Let ${where} run on ${size}`,
          undoText: `Let ${where} run where it did before`,
        }),
      ],
      notes: ['Its pods go through the controller manager: where that is down they stay until it is back.'],
      pods: workload.pods,
      about: aboutWorkload(workload),
      gitOps: findGitOpsOwner(workload.labels, workload.annotations),
      seenAt: workload.seenAt,
      why,
    }
  },
  undoStatement: () => 'Undo gives it back the node selection that it had on each cluster; its pods return.',
}

function onNoNode(podSpec: Record<string, unknown>): FieldChange {
  const path = '/spec/template/spec/nodeSelector'
  const from = podSpec.nodeSelector
  return { path, from, to: { ...asRecord(from), ...NOWHERE } }
}

/** By name, since a label of ours on nodes would be one more write a node. */
async function onSomeNodes(
  look: Look,
  podSpec: Record<string, unknown>,
  nodes: number,
): Promise<FieldChange | { leftOut: string }> {
  const answer = await look.get(`/api/v1/nodes?limit=${nodes}`, METADATA_ONLY)
  const items = answer?.status === 200 ? jsonBody(answer)?.items : undefined
  const names = Array.isArray(items) ? items.map(item => asRecord(asRecord(item).metadata).name) : []
  if (names.length === 0)
    return { leftOut: 'names of nodes to stay on could not be read now: shrink it to none, or wait' }
  const from = podSpec.affinity
  // One term a node: a field may be compared with one value only (kube-apiserver validation), terms are ORed.
  const nodeSelectorTerms = names.map(name => ({
    matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
  }))
  const to = {
    ...asRecord(from),
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  }
  return { path: '/spec/template/spec/affinity', from, to }
}
