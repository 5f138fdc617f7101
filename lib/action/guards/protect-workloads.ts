import { plannerOf } from '../kinds/planner-of'
import type { Guard } from './guard'

/** Name resolution, service routing and the pod network stay, by whatever namespace they live in. */
export const protectWorkloads: Guard = ({ plan, policy }) => {
  const { kind, target } = plan.request
  const { name } = target
  // What stops nothing that runs may touch anything; labels of nodes and names of actuators are no workloads'.
  if (plannerOf(kind).tier === 0 || target.kind === 'Nodes' || target.kind === 'Actuator') return undefined
  const hit = policy.protectedWorkloads.find(known => name === known || name.startsWith(`${known}-`))
  return {
    guard: 'protect.workloads',
    verdict: hit ? 'block' : 'pass',
    text: hit
      ? `${name} is protected (${hit}): without it a cluster loses names or its network, and cannot be mended from inside. Mend it instead, or roll it back.`
      : `${name} is no part of name resolution or the pod network.`,
  }
}
