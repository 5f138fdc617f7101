import { buildLanes, isOrdinary } from './build-lanes'
import { assignClusterIds } from './cluster-id'
import type { ClusterConfig, HoldfastConfig } from './config-schema'
import { didYouMean } from './did-you-mean'
import { type ClusterGroup, groupClusters } from './group-clusters'
import { shown } from './kubeconfig-values'
import { isGlob, matchGlob } from './match-glob'
import type { ResolvedContext } from './resolve-contexts'
import type { Cluster, Fleet, FleetProblem } from './types'

export interface FleetSources {
  contexts: ResolvedContext[]
  /** Contexts of the files that break-glass entries name, by file as written in the configuration. */
  breakGlassFiles: Map<string, ResolvedContext[]>
  problems: FleetProblem[]
  configFile: string
}

/** The fleet that kubeconfig contexts and holdfast.yaml describe together. Pure. */
export function buildFleet(sources: FleetSources, config: HoldfastConfig): Fleet {
  const kept = sources.contexts.filter(isWatched(config))
  const drafts = groupClusters(kept).map(group => draftCluster(group, sources, config))
  const missing = describedButMissing(sources, config)
  if (kept.length === 0 && sources.contexts.length > 0) missing.problems.push(nothingKept(sources))
  const all = [...drafts, ...missing.drafts]
  const ids = assignClusterIds(all.map(({ cluster, identity }) => ({ name: cluster.name, identity })))
  return {
    clusters: all.map(({ cluster }, i) => ({ ...cluster, id: ids[i] ?? '' })),
    problems: [...sources.problems, ...missing.problems],
  }
}

function nothingKept({ contexts, configFile }: FleetSources): FleetProblem {
  const message = `include and exclude leave none of ${contexts.length} contexts`
  return {
    message,
    where: `${configFile}: contexts`,
    hint: `one of them is "${shown(contexts[0]?.context ?? '')}"`,
  }
}

interface Draft {
  cluster: Omit<Cluster, 'id'>
  identity: string
}

/** Break-glass contexts are lanes of the clusters that name them, not clusters of their own. */
function isWatched({ contexts, clusters }: HoldfastConfig): (context: ResolvedContext) => boolean {
  const { include, exclude = [] } = contexts
  const exact = new Set<string>()
  const templates: { pattern: string; template: string }[] = []
  for (const { context, breakGlass } of clusters) {
    if (!breakGlass || breakGlass.kubeconfig) continue
    if (breakGlass.context.includes('{context}'))
      templates.push({ pattern: context, template: breakGlass.context })
    else exact.add(breakGlass.context)
  }
  return ({ context }) => {
    if (exact.has(context) || templates.some(({ pattern, template }) => fills(template, pattern, context)))
      return false
    if (include && !include.some(pattern => matchGlob(pattern, context))) return false
    return !exclude.some(pattern => matchGlob(pattern, context))
  }
}

/** Whether `context` is what `template` becomes for some context that matches `pattern`. */
function fills(template: string, pattern: string, context: string): boolean {
  const [before = '', after = ''] = template.split('{context}')
  if (
    !context.startsWith(before) ||
    !context.endsWith(after) ||
    context.length < before.length + after.length
  )
    return false
  return matchGlob(pattern, context.slice(before.length, context.length - after.length))
}

function draftCluster(group: ClusterGroup, sources: FleetSources, config: HoldfastConfig): Draft {
  const contexts = group.contexts.toSorted(soundFirst)
  const settings = settingsOf(contexts, config.clusters)
  const { lanes, warnings } = buildLanes(contexts, settings, sources)
  const broken = contexts.flatMap(({ problem }) => problem ?? [])
  const problem = lanes.length === 0 ? broken[0] : undefined
  const notes = [
    ...(problem ? broken.slice(1) : broken),
    ...contexts.flatMap(({ warning }) => warning ?? []),
    ...warnings,
  ]
  return {
    identity: group.identity,
    cluster: {
      name: settings?.name ?? nameOf(contexts),
      region: settings?.region ?? '',
      products: settings?.products ?? [],
      environment: settings?.environment ?? '',
      labels: settings?.labels ?? {},
      lanes,
      resolvers: settings?.resolvers ?? [],
      ...(settings?.dnsMetrics && { dnsMetrics: settings.dnsMetrics }),
      ...(settings?.clusterDomain && { clusterDomain: settings.clusterDomain }),
      ...programCache(settings?.products ?? [], config),
      ...criticalNames(settings?.products ?? [], config),
      ...(problem && { problem }),
      ...(notes.length > 0 && { warnings: notes }),
    },
  }
}

/** The shortest one counts: the first product to lose its names is the one that is felt. */
function programCache(
  products: readonly string[],
  config: HoldfastConfig,
): Pick<Cluster, 'programDnsCacheSeconds'> {
  const declared = new Map(
    config.products.map(({ id, programDnsCacheSeconds }) => [id, programDnsCacheSeconds]),
  )
  const seconds = Math.min(...products.map(id => declared.get(id) ?? 0))
  return Number.isFinite(seconds) && seconds > 0 ? { programDnsCacheSeconds: seconds } : {}
}

/** More names would add load when there is least to spare, not knowledge. */
const MOST_NAMES = 10

/** In turn from each product, so that none takes all the room. */
function criticalNames(products: readonly string[], config: HoldfastConfig): Pick<Cluster, 'criticalNames'> {
  const own = config.products.filter(({ id }) => products.includes(id)).map(one => one.criticalNames ?? [])
  const longest = Math.max(0, ...own.map(names => names.length))
  const inTurn = Array.from({ length: longest }, (_, i) => own.flatMap(names => names[i] ?? [])).flat()
  const names = [...new Set(inTurn)].slice(0, MOST_NAMES)
  return names.length > 0 ? { criticalNames: names } : {}
}

/** What has no warning first, an expired certificate last; then by name, so that lanes keep their ids. */
function soundFirst(a: ResolvedContext, b: ResolvedContext): number {
  if (!a.warning !== !b.warning) return a.warning ? 1 : -1
  return a.context < b.context ? -1 : 1
}

/** All entries that match, later ones over earlier ones; labels are merged. */
function settingsOf(contexts: ResolvedContext[], entries: ClusterConfig[]): ClusterConfig | undefined {
  let settings: ClusterConfig | undefined
  for (const entry of entries) {
    if (!contexts.some(({ context }) => matches(entry, context))) continue
    const labels = { ...settings?.labels, ...entry.labels }
    const set = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined))
    settings = { ...entry, ...settings, ...set, labels }
  }
  return settings
}

function matches(entry: ClusterConfig, context: string): boolean {
  return entry.context === context || (isGlob(entry.context) && matchGlob(entry.context, context))
}

/** As long as a name in holdfast.yaml may be. */
const MAX_NAME = 253

/** A cluster is called by its context; when several ordinary contexts lead to it, by its kubeconfig cluster entry. */
function nameOf(contexts: ResolvedContext[]): string {
  const ordinary = contexts.filter(isOrdinary)
  const candidates = ordinary.length > 0 ? ordinary : contexts
  const [first] = candidates
  if (!first) return 'cluster'
  const name =
    candidates.length === 1 || first.clusterEntry === ''
      ? first.context || '(unnamed context)'
      : first.clusterEntry
  return name.slice(0, MAX_NAME)
}

/** Entries of holdfast.yaml that no context matches: a named one is shown as a broken cluster, since people expect it. */
function describedButMissing(
  sources: FleetSources,
  config: HoldfastConfig,
): { drafts: Draft[]; problems: FleetProblem[] } {
  const drafts: Draft[] = []
  const problems: FleetProblem[] = []
  const names = new Set(sources.contexts.map(({ context }) => context))
  for (const [i, entry] of config.clusters.entries()) {
    if (names.has(entry.context)) continue
    const glob = isGlob(entry.context)
    if (glob && sources.contexts.some(({ context }) => matches(entry, context))) continue
    const near = glob ? undefined : didYouMean(entry.context, names)
    const problem: FleetProblem = {
      message: `no kubeconfig has a context ${glob ? 'that matches' : 'named'} "${shown(entry.context)}"`,
      where: `${sources.configFile}: clusters[${i}].context`,
      hint: near ? `did you mean "${shown(near)}"?` : 'add its kubeconfig, or remove the entry',
    }
    if (glob) {
      problems.push(problem)
      continue
    }
    const {
      name = entry.context.slice(0, MAX_NAME),
      region = '',
      products = [],
      environment = '',
      labels = {},
      resolvers = [],
    } = entry
    drafts.push({
      identity: `missing\n${entry.context}`,
      cluster: { name, region, products, environment, labels, lanes: [], resolvers, problem },
    })
  }
  return { drafts, problems }
}
