import { basename } from 'node:path'
import type { FleetSources } from './build-fleet'
import type { ClusterConfig } from './config-schema'
import { shown } from './kubeconfig-values'
import type { ResolvedContext } from './resolve-contexts'
import type { FleetProblem, Lane, LaneKind } from './types'

/** Neither `system:masters` nor broken beyond knowing it. */
export function isOrdinary(context: ResolvedContext): boolean {
  return !context.exempt
}

/** All ways into one cluster: ordinary first, then exempt, then direct ones. `contexts` are sorted by name. */
export function buildLanes(
  contexts: ResolvedContext[],
  settings: ClusterConfig | undefined,
  sources: FleetSources,
): { lanes: Lane[]; warnings: FleetProblem[] } {
  const warnings: FleetProblem[] = []
  const usable = contexts.flatMap(context => laneOf(context, context.exempt ? 'exempt' : 'ordinary') ?? [])
  const glass = findBreakGlass(contexts, settings, sources)
  if (glass?.problem) warnings.push(glass.problem)
  if (glass?.warning) warnings.push(glass.warning)
  const glassLane = glass && laneOf(glass, 'exempt')
  const ordinary = usable.filter(lane => lane.kind === 'ordinary')
  const exempt = [...(glassLane ? [glassLane] : []), ...usable.filter(lane => lane.kind === 'exempt')]
  const basis = exempt[0] ?? ordinary[0]
  const direct = basis
    ? (settings?.apiServers ?? []).map(url => directLane(basis, url, settings?.tlsServerName))
    : []
  return { lanes: [...numbered(ordinary), ...numbered(exempt), ...numbered(direct, true)], warnings }
}

function laneOf(context: ResolvedContext, kind: LaneKind): Lane | undefined {
  const { endpoint, user, identity, problem, file } = context
  if (!endpoint || !user || problem) return undefined
  const title = `context ${shown(context.context)} of ${basename(file)}`
  return { id: kind, kind, title, endpoint, user, identity, source: { file, context: context.context } }
}

/** The lane at one API server's own address, with the identity of `basis` and the certificate authority of its cluster. */
function directLane(basis: Lane, url: string, tlsServerName: string | undefined): Lane {
  const server = (/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`).replace(/\/+$/, '')
  return {
    ...basis,
    kind: 'direct',
    title: `API server ${shown(server)} with ${basis.title}`,
    endpoint: { ...basis.endpoint, server, tlsServerName: tlsServerName ?? basis.endpoint.tlsServerName },
  }
}

function numbered(lanes: Lane[], always = false): Lane[] {
  return lanes.map((lane, i) => ({ ...lane, id: i === 0 && !always ? lane.kind : `${lane.kind}-${i + 1}` }))
}

/** The break-glass context of a cluster, or a problem in its place when there is none of that name. */
function findBreakGlass(
  contexts: ResolvedContext[],
  settings: ClusterConfig | undefined,
  sources: FleetSources,
): ResolvedContext | undefined {
  if (!settings?.breakGlass) return undefined
  const { context, kubeconfig } = settings.breakGlass
  const candidates = kubeconfig ? (sources.breakGlassFiles.get(kubeconfig) ?? []) : sources.contexts
  const names = contexts.map(own => context.replaceAll('{context}', own.context))
  const found = candidates.find(candidate => names.includes(candidate.context))
  if (found) return found
  const name = names[0] ?? context
  const message = `its break-glass context "${shown(name)}" is not in ${kubeconfig ?? 'the kubeconfigs'}`
  const where = `${sources.configFile}: clusters of "${shown(settings.context)}"`
  return {
    context: name,
    file: kubeconfig ?? '',
    where,
    clusterEntry: '',
    caText: '',
    exempt: true,
    problem: { message, where },
  }
}
