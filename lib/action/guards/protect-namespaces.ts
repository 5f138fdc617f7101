import { plannerOf } from '../kinds/planner-of'
import type { Guard } from './guard'

/** Never in namespaces that keep the cluster itself alive. */
export const protectNamespaces: Guard = ({ plan, policy }) => {
  const { kind, target } = plan.request
  const { namespace } = target
  // What stops nothing that runs may touch anything.
  if (plannerOf(kind).tier === 0) return undefined
  const hit = namespace !== undefined && policy.protectedNamespaces.includes(namespace)
  return {
    guard: 'protect.namespaces',
    verdict: hit ? 'block' : 'pass',
    text: hit
      ? `Namespace ${namespace} is protected. Remove it from \`policy.protectedNamespaces\` in holdfast.yaml only if its workloads really may go.`
      : namespace === undefined
        ? 'It lives in no namespace.'
        : `Namespace ${namespace} is not protected.`,
  }
}
