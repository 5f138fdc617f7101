import { targetText } from '../target-text'
import type { GitOpsOwner } from '../types'
import { counted, type Guard, someOf } from './guard'

const PAUSE: Record<GitOpsOwner['tool'], (name: string) => string> = {
  argocd: name => `pause it with \`argocd app set ${name} --sync-policy none\``,
  flux: name => `pause it with \`flux suspend kustomization\` or \`flux suspend helmrelease\` (${name})`,
  helm: name => `hold back the pipeline that upgrades release ${name}`,
}

/** A controller that owns the object would create it again within minutes. */
export const gitOpsReverts: Guard = ({ plan }) => {
  const owned = plan.targets.filter(target => target.gitOps)
  const guard = 'gitops.will-revert'
  if (owned.length === 0)
    return { guard, verdict: 'pass', text: 'No mark of Argo CD, Flux or Helm on the targets.' }
  const owners = new Map(owned.map(({ gitOps }) => [`${gitOps?.tool}/${gitOps?.name}`, gitOps]))
  const advice = [...owners.values()].slice(0, 2).flatMap(owner => (owner ? [adviceOf(owner)] : []))
  return {
    guard,
    verdict: 'warn',
    text: `${someOf([...owners.keys()])} would put it back on ${counted(owned.length, 'cluster')}: ${advice.join('; ')}, before or right after this action.`,
  }
}

function adviceOf({ tool, name, owner }: GitOpsOwner): string {
  const byHand = PAUSE[tool](name)
  return owner ? `freeze ${targetText(owner)} from here, or ${byHand}` : byHand
}
