import { assumedChain, type ChainSources, readChain } from '../dns/chain/read-chain'
import type { CacheChain } from '../dns/chain/types'
import type { Cluster } from '../fleet/types'
import { judge } from '../health/judge'
import type { Verdict } from '../health/types'
import { ObservationWindow } from '../health/window'
import type { InventoryFact, Observation, WorkloadSeen } from '../probe/types'
import { detectChanges } from '../suspects/detect-changes'
import { keepChanges } from '../suspects/keep-changes'
import type { ChangeSeen } from '../suspects/types'
import { CoresHistory } from './cores-history'
import { LaneProofs } from './lane-proofs'
import { type LatencyPoint, latencyPoint } from './latency-point'
import type { BindingsRead } from './read-bindings'
import { Ring } from './ring'
import { SeatsHistory } from './seats-history'
import { ServerSeries } from './server-series'

const NEVER: Verdict = { state: 'Unknown', since: 0, reasons: [] }

export interface Corefiles {
  coredns?: string
  /** null: known to be absent. */
  nodeLocal?: string | null
  at: number
}

/** What a new fact asks of the engine. */
export interface FactEffect {
  newChanges: ChangeSeen[]
  /** ServiceAccounts of new workloads, whose bindings should be read while they can be. */
  wantsBindings: boolean
  corefileProblems: string[]
  /** What changed in the DNS configuration since it was last read, in words. */
  corefileChanges: string[]
}

/** Everything known of one cluster. Facts go in, derived state comes out; nothing here does I/O. */
export class ClusterRecord {
  readonly window = new ObservationWindow()
  readonly lanes = new LaneProofs()
  readonly servers = new ServerSeries()
  readonly latency = new Ring<LatencyPoint>(360)
  readonly cores = new CoresHistory()
  readonly #seats = new SeatsHistory()
  readonly workloads = new Map<
    WorkloadSeen['kind'],
    { at: number; seen: WorkloadSeen[]; truncated: boolean }
  >()
  verdict: Verdict = NEVER
  /** Epoch ms since when callers are not served at all; null while they are; undefined before anything is known. */
  apiLostAt: number | null | undefined
  /** Epoch ms since when it is anything but healthy. */
  distressSince?: number
  version?: string
  nodes?: number
  pods?: number
  changes: ChangeSeen[] = []
  controllerManagerAt?: number
  bindings?: BindingsRead
  corefiles: Corefiles = { at: 0 }
  chain: CacheChain
  #toldProblems = ''
  /** Something was learnt since the last look. */
  dirty = true
  /** Epoch ms of the last look. */
  judgedAt = 0

  constructor(public cluster: Cluster) {
    this.chain = assumedChain(cluster.programDnsCacheSeconds, cluster.clusterDomain)
  }

  observe(observation: Observation): void {
    const { sample, laneId, at, outcome, status, durationMs, detail, probe } = observation
    this.window.append(observation)
    this.lanes.note(laneId, { at, outcome, status, durationMs, detail })
    const point = latencyPoint(observation)
    if (point) this.latency.push(point)
    if (probe === 'metrics') {
      const lane = this.cluster.lanes.find(one => one.id === laneId)
      if (sample) {
        const replica = lane?.kind === 'direct' ? laneId : `server ${sample.processStartAt ?? laneId}`
        this.servers.add(replica, at, sample)
        this.nodes = sample.objectsByResource.nodes ?? this.nodes
        this.pods = sample.objectsByResource.pods ?? this.pods
      } else if (lane?.kind === 'direct') this.servers.gap(laneId, at)
    }
    this.dirty = true
  }

  learn(fact: InventoryFact): FactEffect {
    const effect: FactEffect = {
      newChanges: [],
      wantsBindings: false,
      corefileProblems: [],
      corefileChanges: [],
    }
    this.dirty = true
    if (fact.fact === 'version') this.version = fact.gitVersion
    else if (fact.fact === 'controller-manager') this.controllerManagerAt = fact.renewAt
    else if (fact.fact === 'workloads') this.#learnWorkloads(fact, effect)
    else if (fact.fact === 'corefile') this.#learnCorefile(fact, effect)
    return effect
  }

  /** Derives the verdict at `now`. @returns the verdict before when the state changed */
  derive(now: number, serverCount: number): Verdict | undefined {
    this.dirty = false
    this.judgedAt = now
    const before = this.verdict
    this.verdict = judge(this.window, now, before === NEVER ? undefined : before)
    const { state, since } = this.verdict
    if (state === 'LockedOut' || state === 'Dark') this.apiLostAt ??= since
    else if (state !== 'Unknown') this.apiLostAt = null
    if (state === 'Healthy') this.distressSince = undefined
    else if (state !== 'Unknown' && state !== 'Recovering') this.distressSince ??= since
    const load = this.window.load(now)
    if (load && load.replicas > 0) {
      this.cores.note(load.at, (load.cpuCores / load.replicas) * serverCount)
      this.#seats.note(load.at, load.seatsByFlowSchema)
    }
    return before.state === state ? undefined : before
  }

  /** Mean seats of a FlowSchema before `at`. */
  seatsBefore(schema: string, at: number): number {
    return this.#seats.before(schema, at)
  }

  #learnWorkloads(fact: Extract<InventoryFact, { fact: 'workloads' }>, effect: FactEffect): void {
    const { kind, at, workloads, truncated } = fact
    const before = this.workloads.get(kind)
    const changes = detectChanges({ clusterId: this.cluster.id, at, before: before?.seen, after: workloads })
    this.workloads.set(kind, { at, seen: workloads, truncated })
    const known = new Set(this.changes.map(keyOf))
    this.changes = keepChanges(this.changes, changes, at)
    effect.newChanges = this.changes.filter(change => !known.has(keyOf(change)))
    const read = this.bindings?.at ?? 0
    effect.wantsBindings = changes.some(change => change.serviceAccount && change.at >= read - 60_000)
  }

  #learnCorefile(fact: Extract<InventoryFact, { fact: 'corefile' }>, effect: FactEffect): void {
    const next: Corefiles = { ...this.corefiles, at: fact.at }
    if (fact.name === 'coredns') next.coredns = fact.corefile
    else next.nodeLocal = fact.corefile ?? null
    const before = this.corefiles
    this.adoptCorefiles(next, effect.corefileProblems)
    if (this.corefiles === next) effect.corefileChanges = describeCorefileChanges(before, next)
  }

  /** What the chain was read from, as last adopted. */
  get chainSources(): ChainSources {
    return this.#sourcesOf(this.corefiles)
  }

  #sourcesOf({ coredns, nodeLocal, at }: Corefiles): ChainSources {
    return {
      coreDns: coredns === undefined ? undefined : { corefile: coredns },
      nodeCache: typeof nodeLocal === 'string' ? { corefile: nodeLocal } : nodeLocal,
      readAt: at,
      clusterDomain: this.cluster.clusterDomain,
      applicationTtlSeconds: this.cluster.programDnsCacheSeconds,
    }
  }

  /** Reads the chain; a Corefile that CoreDNS would refuse leaves the last good one in force. */
  adoptCorefiles(next: Corefiles, problems: string[] = []): void {
    const same = next.coredns === this.corefiles.coredns && next.nodeLocal === this.corefiles.nodeLocal
    if (same && this.corefiles.at > 0) {
      this.corefiles = next
      this.#toldProblems = ''
      return
    }
    const reading = readChain(this.#sourcesOf(next))
    if (!reading.ok) {
      // Read again every few minutes, but told once.
      const told = reading.problems.join('\n')
      if (told !== this.#toldProblems) problems.push(...reading.problems)
      this.#toldProblems = told
      return
    }
    this.#toldProblems = ''
    this.corefiles = next
    this.chain = reading.chain
  }
}

const keyOf = ({ kind, namespace, name, version = '', uid = '' }: ChangeSeen) =>
  `${kind}/${namespace}/${name}@${version}#${uid}`

/** Nothing for what is read for the first time: only a later difference is a change. */
function describeCorefileChanges(before: Corefiles, next: Corefiles): string[] {
  if (before.at === 0) return []
  const changes: string[] = []
  if (before.coredns !== undefined && before.coredns !== next.coredns)
    changes.push(next.coredns === undefined ? 'CoreDNS Corefile removed' : 'CoreDNS Corefile changed')
  if (before.nodeLocal !== undefined && before.nodeLocal !== next.nodeLocal)
    changes.push(
      next.nodeLocal === null
        ? 'node cache removed'
        : before.nodeLocal === null
          ? 'node cache installed'
          : 'node cache Corefile changed',
    )
  return changes
}
