import { randomUUID } from 'node:crypto'
import type { ProbeAgent } from '../access/types'
import type { Clock } from '../clock/clock'
import { acceptReport } from '../dns/agent/accept-report'
import type { AgentMemory } from '../dns/agent/types'
import { viewAgents } from '../dns/agent/view-agents'
import type { LivePathView } from '../dns/fuse/types'
import { type AnswersMemory, answersOf, foldAnswers, NO_ANSWERS } from '../dns/metrics/cache-answers'
import { measuredTraffic, restartView, sameTraffic } from '../dns/metrics/metrics-evidence'
import type { DnsServerView } from '../dns/metrics/types'
import { DnsMetricsWatch } from '../dns/metrics/watch-servers'
import { mergeLivePaths, type SeenLivePath } from '../dns/probe/merge-live-paths'
import { HoldfastError } from '../errors'
import type { Cluster } from '../fleet/types'
import type { DnsObservationDto, DnsObservationPost } from '../wire/dns-observations'
import type { ClusterDnsSourcesDto } from '../wire/dns-sources'
import type { ClusterRecord } from './cluster-record'
import { agentSource, metricsSource, probeSource } from './dto/dns-sources-dto'
import { iso } from './dto/times'
import type { FleetWatch } from './fleet-watch'
import { log } from './log'
import { ResolverWatch } from './resolver-watch'

/** A line for people about one cluster's DNS. */
type Tell = (clusterId: string, severity: 'info' | 'warn', text: string) => void

/** Findings that are worth a line of the timeline, each time they begin. */
const TOLD = new Set(['api-errors', 'restarted', 'reloaded', 'reload-failed'])

interface Known {
  probe?: LivePathView
  agents: AgentMemory
  servers: readonly DnsServerView[]
  answers: AnswersMemory
  /** Findings that have been told, by address and code. */
  told: ReadonlySet<string>
}

const NOTHING: Known = { agents: new Map(), servers: [], answers: NO_ANSWERS, told: new Set() }

/**
 * All who tell what DNS does, apart from API servers: our own probe, agents inside clusters, metrics of CoreDNS and node
 * caches. Their words are joined into the one view that the fuse is laid on.
 */
export class DnsSources {
  readonly #known = new Map<string, Known>()
  /** Agents repeat it in their messages, so that none of before a restart can be replayed after it. */
  #run = randomUUID()
  readonly #resolvers: ResolverWatch
  readonly #metrics: DnsMetricsWatch

  constructor(
    private readonly clock: Clock,
    private readonly watch: () => FleetWatch,
    private readonly tell: Tell,
  ) {
    this.#resolvers = new ResolverWatch(clock, (id, probe) => this.#learn(id, { probe }))
    this.#metrics = new DnsMetricsWatch(
      { clock, rng: Math.random, isQuiet: id => !this.#isLost(id) },
      (id, servers) => this.#learnServers(id, servers),
      (id, error) => log('error', `reading the DNS metrics of ${id} failed`, error),
    )
  }

  /** Begins anew with these clusters; what was known is forgotten. */
  start(clusters: readonly Cluster[]): void {
    this.#known.clear()
    this.#run = randomUUID()
    this.#resolvers.start(clusters)
    this.#metrics.start(clusters)
  }

  stop(): void {
    this.#resolvers.stop()
    this.#metrics.stop()
  }

  /** @throws HoldfastError `not-found` for a cluster that is not watched, or as `acceptReport` refuses */
  observe({ run, ...post }: DnsObservationPost, { clusterId }: ProbeAgent): DnsObservationDto {
    if (!this.watch().records.has(clusterId))
      throw new HoldfastError(
        'not-found',
        `This token is for the cluster "${clusterId}", which is not watched.`,
        {
          hint: 'Make a token with the id that the cluster has here: the last part of the address of its page.',
        },
      )
    const now = this.clock.now()
    const answer = { receivedAt: iso(now), run: this.#run }
    if (run !== undefined && run !== this.#run)
      return { ...answer, accepted: 'again', skewMs: now - Date.parse(post.sentAt) }
    const known = this.#known.get(clusterId) ?? NOTHING
    const { memory, accepted, skewMs } = acceptReport(
      known.agents,
      {
        ...post,
        bootedAt: Date.parse(post.bootedAt),
        sentAt: Date.parse(post.sentAt),
        askedAt: Date.parse(post.askedAt),
        failingSince: post.failingSince === null ? null : Date.parse(post.failingSince),
        readings: post.readings.map(reading => ({ ...reading, readAt: Date.parse(reading.readAt) })),
      },
      now,
    )
    if (accepted === 'new') this.#learn(clusterId, { agents: memory })
    return { ...answer, accepted, skewMs }
  }

  /** Who tells of a cluster's DNS, and what. */
  of({ cluster }: ClusterRecord): ClusterDnsSourcesDto {
    const now = this.clock.now()
    const { id, name, resolvers, dnsMetrics = [] } = cluster
    const { probe, agents, servers } = this.#known.get(id) ?? NOTHING
    const { traffic } = this.watch()
    const read = new Map(servers.map(view => [view.address, view]))
    const waiting = (address: string): DnsServerView => ({ address, kind: 'coredns', findings: [] })
    return {
      clusterId: id,
      clusterName: name,
      livePath: mergeLivePaths(seen(probe, agents), now)?.state ?? null,
      traffic: traffic.get(id) ?? null,
      sources: [
        ...(resolvers.length > 0 ? [probeSource(resolvers.length, probe, now)] : []),
        ...[...agents.values()].map(agent => agentSource(agent, now)),
        ...dnsMetrics.map(address => metricsSource(read.get(address) ?? waiting(address), now)),
      ],
    }
  }

  #learnServers(clusterId: string, servers: readonly DnsServerView[]): void {
    const before = this.#known.get(clusterId)?.told ?? NOTHING.told
    const worth = servers.flatMap(({ address, kind, findings }) =>
      findings
        .filter(({ code }) => TOLD.has(code))
        .map(({ code, text, at = 0 }) => ({ key: `${address} ${code} ${at}`, kind, address, text })),
    )
    const name = this.watch().records.get(clusterId)?.cluster.name ?? clusterId
    for (const { key, kind, address, text } of worth)
      if (!before.has(key))
        this.tell(
          clusterId,
          'warn',
          `${name}: ${kind === 'coredns' ? 'CoreDNS' : 'the node cache'} at ${new URL(address).host} ${text}`,
        )
    this.#learn(clusterId, { servers, told: new Set(worth.map(({ key }) => key)) })
    this.#compareAnswers(clusterId)
  }

  #compareAnswers(clusterId: string): void {
    const known = this.#known.get(clusterId)
    if (!known) return
    const answers = foldAnswers(known.answers, known.servers, this.#isLost(clusterId), this.clock.now())
    if (answers === known.answers) return
    this.#known.set(clusterId, { ...known, answers })
    const { cacheAnswers } = this.watch()
    const told = answersOf(answers)
    if (told) cacheAnswers.set(clusterId, told)
    else cacheAnswers.delete(clusterId)
  }

  /** Whether the API server or CoreDNS is lost: what is measured then is no daily life. */
  #isLost(clusterId: string): boolean {
    const { records, livePaths } = this.watch()
    return (
      typeof records.get(clusterId)?.apiLostAt === 'number' || livePaths.get(clusterId)?.state === 'failing'
    )
  }

  #learn(clusterId: string, news: Partial<Known>): void {
    const watch = this.watch()
    const record = watch.records.get(clusterId)
    if (!record) return
    const now = this.clock.now()
    const known = { ...NOTHING, ...this.#known.get(clusterId), ...news }
    this.#known.set(clusterId, known)
    const sources = seen(known.probe, known.agents)
    const { apiLostAt } = record
    const restart = typeof apiLostAt === 'number' ? restartView(known.servers, apiLostAt, now) : undefined
    if (restart) sources.push({ origin: 'metrics', view: restart })
    const livePath = mergeLivePaths(sources, now)
    if (livePath) watch.livePaths.set(clusterId, livePath)
    else watch.livePaths.delete(clusterId)
    // Once names fail they are asked for again and again: what is measured then is no daily life.
    if (this.#isLost(clusterId)) return
    const traffic = measuredTraffic(known.servers, now)
    if (traffic && !sameTraffic(traffic, watch.traffic.get(clusterId))) watch.traffic.set(clusterId, traffic)
  }
}

function seen(probe: LivePathView | undefined, agents: AgentMemory): SeenLivePath[] {
  return [...(probe ? [{ origin: 'probe' as const, view: probe }] : []), ...viewAgents(agents)]
}
