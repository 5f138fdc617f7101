import type { AdmitNodes, CordonNodes, PlannedStep } from '../types'
import { objectStep } from './change-step'
import type { KindPlanner } from './kind-planner'
import { listNodes, type SeenNode } from './list-nodes'

const PATH = '/spec/unschedulable'

/** One write a node. What runs there stays: a drain is an eviction a pod, and is not part of it. */
export const cordonNodes: KindPlanner<CordonNodes> = {
  tier: 1,
  title: ({ target }) => `Cordon nodes ${target.name}`,
  // Labels of nodes are in nobody's memory: the clusters are named.
  carriers: () => [],
  async resolve(look, { target, nodes }) {
    const found = await listNodes(look, target.name, false, nodes)
    if ('leftOut' in found) return found
    if (found.nodes.length === 0) return { leftOut: `no node there is ${target.name} and not cordoned yet` }
    const notes = [
      'Nothing new is scheduled there; pods that run there stay. Draining them is not part of it.',
    ]
    if (found.more) notes.push(`More nodes are ${target.name}: these ${found.nodes.length} come first.`)
    return { steps: found.nodes.map(cordonStep), notes, seenAt: look.now() }
  },
  undoStatement: () => 'Undo lets the same nodes have work again, in batches as a re-admission does.',
}

/** Uncordons in batches: see `stepPace`. */
export const admitNodes: KindPlanner<AdmitNodes> = {
  tier: 1,
  title: ({ target }) => `Re-admit nodes ${target.name}`,
  carriers: () => [],
  async resolve(look, { target, nodes }) {
    const found = await listNodes(look, target.name, true, nodes)
    if ('leftOut' in found) return found
    if (found.nodes.length === 0) return { leftOut: `no node there is ${target.name} and cordoned` }
    const notes = [
      'One node first, then one more a batch while the ordinary canary stays below 1 s; half as many after a 429 or a slow canary, none while nothing is known.',
    ]
    if (found.more) notes.push(`More nodes are ${target.name}: these ${found.nodes.length} come first.`)
    return { steps: found.nodes.map(admitStep), notes, seenAt: look.now() }
  },
  undoStatement: () => 'Undo cordons the same nodes again.',
}

const words = ({ name }: SeenNode) => ({
  cordon: `Cordon Node ${name}`,
  admit: `Let Node ${name} have work again`,
})

export function cordonStep(node: SeenNode): PlannedStep {
  const { cordon, admit } = words(node)
  const change = { path: PATH, from: undefined, to: true }
  return objectStep('cordon-node', nodeObject(node), change, { text: cordon, undoText: admit })
}

function admitStep(node: SeenNode): PlannedStep {
  const { cordon, admit } = words(node)
  const change = { path: PATH, from: true, to: undefined }
  return objectStep('admit-node', nodeObject(node), change, { text: admit, undoText: cordon })
}

function nodeObject({ name, uid }: SeenNode) {
  return { kind: 'Node', name, uid, path: `/api/v1/nodes/${encodeURIComponent(name)}` }
}
