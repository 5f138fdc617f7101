import { targetText } from '../target-text'
import type { ActionRequest } from '../types'
import type { Guard } from './guard'

/** Built-in users and groups: kubelets, the control plane, everybody, those who must always get in. */
const BUILT_IN = /^system:/
/** A ServiceAccount that most pods of its namespace share. */
const SHARED = 'default'

/** Nobody cuts off kubelets, the control plane itself, everybody at once, or Holdfast. */
export const protectIdentities: Guard = ({ plan, fleet }) => {
  const guard = 'protect.identities'
  const { kind, target } = plan.request
  if (kind !== 'mute-caller' && kind !== 'revoke-caller') return undefined
  const text = targetText(target)
  if (target.kind !== 'ServiceAccount' && BUILT_IN.test(target.name)) {
    return {
      guard,
      verdict: 'block',
      text: `${text} is built in: kubelets, the control plane or everybody would be shut out. Name the one ServiceAccount, user or group that floods the servers.`,
    }
  }
  const ours = fleet.find(({ cluster }) => cluster.lanes.some(lane => isOurs(lane.identity, target)))
  if (ours) {
    return {
      guard,
      verdict: 'block',
      text: `${text} is who Holdfast itself is on ${ours.cluster.name}: it would shut itself out.`,
    }
  }
  if (target.kind === 'ServiceAccount' && target.name === SHARED) {
    return {
      guard,
      verdict: 'warn',
      text: `${text} is what every pod of the namespace runs as that names no other: all of them are hit.`,
    }
  }
  return { guard, verdict: 'pass', text: `${text} is no identity of the cluster or of Holdfast.` }
}

function isOurs(
  identity: { user?: string; groups: readonly string[] } | undefined,
  target: ActionRequest['target'],
): boolean {
  if (!identity) return false
  if (target.kind === 'Group') return identity.groups.includes(target.name)
  const user =
    target.kind === 'ServiceAccount'
      ? `system:serviceaccount:${target.namespace}:${target.name}`
      : target.name
  return identity.user === user
}
