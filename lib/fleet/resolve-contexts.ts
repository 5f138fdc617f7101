import { isAbsolute } from 'node:path'
import { checkEndpoint, endpointFiles, type FileLookup } from './check-endpoint'
import { checkUser, userFiles } from './check-user'
import { shown, text } from './kubeconfig-values'
import type { MergedKubeconfig } from './merge-kubeconfigs'
import type { KubeconfigEntry } from './parse-kubeconfig'
import { createPemReader, type PemReader } from './pem-reader'
import type { FleetProblem, LaneEndpoint, LaneIdentity, LaneUser } from './types'

/** A context joined with its cluster and user, or the reason why it cannot be used. */
export interface ResolvedContext {
  context: string
  file: string
  where: string
  /** Name of the kubeconfig's cluster entry. */
  clusterEntry: string
  endpoint?: LaneEndpoint
  /** PEM of the certificate authority, '' for the system's; tells two clusters behind one address apart. */
  caText: string
  user?: LaneUser
  exempt: boolean
  identity?: LaneIdentity
  problem?: FleetProblem
  warning?: FleetProblem
}

export interface ResolveOptions {
  files: FileLookup
  execAllowed: (file: string) => boolean
  now: number
}

/** All files that the merged kubeconfig points at, absolute, each once. */
export function referencedFiles(merged: MergedKubeconfig): string[] {
  const paths = [...merged.clusters.values()]
    .flatMap(endpointFiles)
    .concat([...merged.users.values()].flatMap(userFiles))
  return [...new Set(paths)].filter(isAbsolute)
}

/** Joins each context with its cluster and user. A context without a cluster stays broken: there is no default server. */
export function resolveContexts(merged: MergedKubeconfig, options: ResolveOptions): ResolvedContext[] {
  const pem = createPemReader()
  return [...merged.contexts.values()].map(entry => resolveContext(entry, merged, { ...options, pem }))
}

function resolveContext(
  entry: KubeconfigEntry,
  merged: MergedKubeconfig,
  options: ResolveOptions & { pem: PemReader },
): ResolvedContext {
  const clusterName = text(entry.value.cluster)
  const userName = text(entry.value.user)
  const where = entry.line ? `${entry.file}:${entry.line}` : entry.file
  const named = `context "${shown(entry.name)}"`
  const resolved: ResolvedContext = {
    context: entry.name,
    file: entry.file,
    where,
    clusterEntry: clusterName,
    caText: '',
    exempt: false,
  }
  const broken = (message: string, hint?: string): ResolvedContext => ({
    ...resolved,
    problem: { message: `${named}: ${message}`, where, hint },
  })

  if (clusterName === '') return broken('it names no cluster')
  const cluster = merged.clusters.get(clusterName)
  if (!cluster) return broken(`its cluster "${shown(clusterName)}" is in none of the kubeconfigs`)
  const endpoint = checkEndpoint(cluster, options.files, options.pem)
  if ('problem' in endpoint) return broken(endpoint.problem, endpoint.hint)
  const { caText, ...rest } = endpoint.ok
  resolved.endpoint = rest
  resolved.caText = caText

  const https = rest.server.toLowerCase().startsWith('https:')
  const user = merged.users.get(userName)
  if (userName !== '' && !user) return broken(`its user "${shown(userName)}" is in none of the kubeconfigs`)
  if (!user && https) return broken('it names no user, so there are no credentials')
  if (!user) return { ...resolved, user: {} }
  const checked = checkUser(user, {
    https,
    files: options.files,
    pem: options.pem,
    execAllowed: options.execAllowed(user.file),
    now: options.now,
  })
  if ('problem' in checked) return broken(checked.problem, checked.hint)
  const { warning } = checked.ok
  return {
    ...resolved,
    user: checked.ok.user,
    exempt: checked.ok.exempt,
    identity: checked.ok.identity,
    warning: warning
      ? { message: `${named}: user "${shown(userName)}": ${warning}`, where, hint: 'renew it' }
      : undefined,
  }
}
