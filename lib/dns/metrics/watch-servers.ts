import { setMaxListeners } from 'node:events'
import { Agent } from 'undici'
import type { Clock } from '../../clock/clock'
import { hashPhase } from '../../probe/hash-phase'
import { RequestGate } from '../../probe/request-gate'
import { foldScrape, newServerMemory, type ServerMemory, viewServer } from './fold-scrape'
import { scrapeServer } from './scrape-server'
import type { DnsServerView } from './types'

/** Between two scrapes of one address while its figures matter, each drawn anew from 15 to 25 s: no two stay in step. */
const INTERVAL_MS = 20_000
/** On quiet days each third of those is read: rates and restarts of a minute are soon enough. */
const QUIET_INTERVALS = 3
const JITTER = 0.25
/** Addresses that are read at the same time, over the fleet and in one cluster; a budget of their own. */
const MAX_IN_FLIGHT = 32
const MAX_PER_CLUSTER = 4

export interface MeasuredCluster {
  id: string
  /** Addresses of `/metrics`. */
  dnsMetrics?: readonly string[]
  clusterDomain?: string
}

/** All servers of a cluster as they are known after one of them, at `address`, was read. */
export type OnScrape = (clusterId: string, views: readonly DnsServerView[], address: string) => void

/** Reads the metrics of CoreDNS and node caches; one loop an address, so that a sick one slows no other. */
export class DnsMetricsWatch {
  #running: AbortController | undefined
  #agent: Agent | undefined

  constructor(
    private readonly tools: { clock: Clock; rng: () => number; isQuiet: (clusterId: string) => boolean },
    private readonly onScrape: OnScrape,
    private readonly onFault: (clusterId: string, error: unknown) => void,
  ) {}

  /** Begins anew with these clusters. */
  start(clusters: readonly MeasuredCluster[]): void {
    this.stop()
    const running = new AbortController()
    const agent = new Agent({ connections: 1, keepAliveTimeout: 60_000 })
    this.#running = running
    this.#agent = agent
    setMaxListeners(0, running.signal)
    const gate = new RequestGate(MAX_IN_FLIGHT, MAX_PER_CLUSTER)
    for (const cluster of clusters) {
      const memories = new Map((cluster.dnsMetrics ?? []).map(url => [url, newServerMemory(url)]))
      for (const url of memories.keys())
        this.#watch(cluster, url, memories, { agent, gate, signal: running.signal }).catch(error =>
          this.onFault(cluster.id, error),
        )
    }
  }

  stop(): void {
    this.#running?.abort()
    this.#running = undefined
    const agent = this.#agent
    this.#agent = undefined
    // Its requests were aborted; what closing says of them concerns nobody.
    agent?.destroy().catch(() => {})
  }

  async #watch(
    { id, clusterDomain = 'cluster.local' }: MeasuredCluster,
    url: string,
    memories: Map<string, ServerMemory>,
    { agent, gate, signal }: { agent: Agent; gate: RequestGate; signal: AbortSignal },
  ): Promise<void> {
    const { clock, rng, isQuiet } = this.tools
    const pause = (begunAt: number) => {
      const interval = INTERVAL_MS * (1 - JITTER + 2 * JITTER * rng())
      return clock.sleep(Math.max(1_000, interval - (clock.now() - begunAt)), signal)
    }
    try {
      await clock.sleep(INTERVAL_MS * hashPhase(`${id} ${url}`), signal)
      for (let reads = 0; !signal.aborted; reads++) {
        const scrape = await gate.run(id, signal, () => scrapeServer(url, { agent, clock }, signal))
        if (signal.aborted) return
        const memory = foldScrape(memories.get(url) ?? newServerMemory(url), scrape)
        memories.set(url, memory)
        const views = [...memories.values()].map(one => viewServer(one, clusterDomain))
        this.onScrape(id, views, url)
        await pause(scrape.at)
        // The first three come soon: until then nothing is measured.
        for (let i = 1; i < QUIET_INTERVALS && reads > 1 && isQuiet(id); i++) await pause(clock.now())
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}
