import type { GitOpsOwner } from './types'

const MAX_NAME = 200
/** Where Argo CD keeps Applications unless it is told to look in any namespace, which its marks then name. */
const ARGO_NAMESPACE = 'argocd'
/** Names of objects; whatever else a mark says can be shown, but not asked for. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

const FLUX = [
  ['kustomize', 'Kustomization'],
  ['helm', 'HelmRelease'],
] as const

/**
 * The tool that would put a removed object back, by the marks it leaves: Argo CD's tracking annotation or instance
 * label, Flux's kustomize and helm labels, Helm's own. Argo CD and Flux reconcile by themselves; Helm does not.
 */
export function findGitOpsOwner(
  labels: Record<string, string>,
  annotations: Record<string, string>,
): GitOpsOwner | undefined {
  // `<application>:<group>/<kind>:<namespace>/<name>`
  const tracking = annotations['argocd.argoproj.io/tracking-id']
  if (tracking) return argoCd(tracking.split(':')[0] ?? tracking)
  const instance = labels['argocd.argoproj.io/instance'] ?? annotations['argocd.argoproj.io/instance']
  if (instance) return argoCd(instance)
  for (const [controller, kind] of FLUX) {
    const name = labels[`${controller}.toolkit.fluxcd.io/name`]
    const namespace = labels[`${controller}.toolkit.fluxcd.io/namespace`]
    if (name) {
      const whole = namespace ? `${namespace}/${name}` : name
      return { tool: 'flux', name: whole.slice(0, MAX_NAME), owner: ownerOf(kind, namespace, name) }
    }
  }
  const release = annotations['meta.helm.sh/release-name']
  if (release && labels['app.kubernetes.io/managed-by'] === 'Helm')
    return { tool: 'helm', name: release.slice(0, MAX_NAME) }
  return undefined
}

/** `<namespace>_<application>` where Applications may be in any namespace (argo-cd app-any-namespace). */
function argoCd(mark: string): GitOpsOwner {
  const [namespace, name] = mark.includes('_') ? splitOnce(mark) : [ARGO_NAMESPACE, mark]
  return { tool: 'argocd', name: mark.slice(0, MAX_NAME), owner: ownerOf('Application', namespace, name) }
}

function splitOnce(mark: string): [string, string] {
  const at = mark.indexOf('_')
  return [mark.slice(0, at), mark.slice(at + 1)]
}

function ownerOf(
  kind: 'Application' | 'Kustomization' | 'HelmRelease',
  namespace: string | undefined,
  name: string,
): GitOpsOwner['owner'] {
  if (!namespace || !NAME.test(namespace) || namespace.length > 63 || !NAME.test(name)) return undefined
  return { kind, namespace, name }
}
