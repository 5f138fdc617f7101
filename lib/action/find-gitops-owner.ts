import type { TargetPlan } from './types'

const MAX_NAME = 200

/**
 * The tool that would put a removed object back, by the marks it leaves: Argo CD's tracking annotation or instance
 * label, Flux's kustomize and helm labels, Helm's own. Argo CD and Flux reconcile by themselves; Helm does not.
 */
export function findGitOpsOwner(
  labels: Record<string, string>,
  annotations: Record<string, string>,
): TargetPlan['gitOps'] {
  const named = (tool: 'argocd' | 'flux' | 'helm', name: string) => ({ tool, name: name.slice(0, MAX_NAME) })
  // `<application>:<group>/<kind>:<namespace>/<name>`
  const tracking = annotations['argocd.argoproj.io/tracking-id']
  if (tracking) return named('argocd', tracking.split(':')[0] ?? tracking)
  const instance = labels['argocd.argoproj.io/instance'] ?? annotations['argocd.argoproj.io/instance']
  if (instance) return named('argocd', instance)
  for (const controller of ['kustomize', 'helm']) {
    const name = labels[`${controller}.toolkit.fluxcd.io/name`]
    const namespace = labels[`${controller}.toolkit.fluxcd.io/namespace`]
    if (name) return named('flux', namespace ? `${namespace}/${name}` : name)
  }
  const release = annotations['meta.helm.sh/release-name']
  if (release && labels['app.kubernetes.io/managed-by'] === 'Helm') return named('helm', release)
  return undefined
}
