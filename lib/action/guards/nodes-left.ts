import { counted, type Guard, someOf } from './guard'

/** Half of a cluster's nodes at once leaves little room for what must move. */
const WARN_SHARE = 0.5

/** Nodes that may have work must be left. */
export const nodesLeft: Guard = ({ plan }) => {
  const guard = 'nodes.left'
  const { kind } = plan.request
  if (kind !== 'cordon-nodes' && kind !== 'drain-nodes') return undefined
  const shares = plan.targets.map(({ clusterName, nodes, steps }) => ({
    clusterName,
    share: nodes > 0 ? steps.filter(step => step.kind === 'cordon-node').length / nodes : undefined,
  }))
  const names = (some: typeof shares) => someOf(some.map(one => one.clusterName))
  const whole = shares.filter(({ share }) => share !== undefined && share >= 1)
  if (whole.length > 0) {
    return {
      guard,
      verdict: 'block',
      text: `On ${counted(whole.length, 'cluster')} no node would be left that takes work: ${names(whole)}. Cordon fewer.`,
    }
  }
  const many = shares.filter(({ share }) => share === undefined || share > WARN_SHARE)
  if (many.length > 0) {
    return {
      guard,
      verdict: 'warn',
      text: `On ${counted(many.length, 'cluster')} it is more than half of the nodes, or how many there are is not known: ${names(many)}.`,
    }
  }
  return { guard, verdict: 'pass', text: 'At most half of the nodes of each cluster are cordoned by it.' }
}
