import { randomInt } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Clock } from '../clock/clock'
import { systemClock } from '../clock/system-clock'
import type { LivePathView } from '../dns/fuse/types'
import { ResolverProbe } from '../dns/probe/probe-resolvers'
import { socketTransport } from '../dns/probe/socket-transport'
import type { Cluster } from '../fleet/types'
import { log } from './log'

/** DNS query ids must not be guessed. */
const unpredictable = () => randomInt(2 ** 32) / 2 ** 32
/** With a simulated fleet's fast clock, answers still need some real time. */
const LEAST_WAIT_MS = 1_000

/** Asks the fleet's resolvers, which answer without the API servers and so have a schedule of their own. */
export class ResolverWatch {
  #running = new AbortController()

  constructor(
    private readonly clock: Clock,
    private readonly onRound: (clusterId: string, view: LivePathView) => void,
  ) {}

  /** Begins anew with these clusters. */
  start(clusters: readonly Cluster[]): void {
    this.stop()
    this.#running = new AbortController()
    // Every cluster's probe listens to it.
    setMaxListeners(0, this.#running.signal)
    const tools = {
      clock: this.clock,
      transport: socketTransport,
      rng: unpredictable,
      wall: { clock: systemClock, leastWaitMs: LEAST_WAIT_MS },
    }
    for (const { id, resolvers, clusterDomain, criticalNames } of clusters) {
      if (resolvers.length === 0) continue
      const topNames = criticalNames?.map(name => `${name}.svc.${clusterDomain ?? 'cluster.local'}`)
      const onRound = (view: LivePathView) => this.onRound(id, view)
      new ResolverProbe({ clusterId: id, resolvers, clusterDomain, topNames, onRound }, tools)
        .run(this.#running.signal)
        .catch(error => log('error', `asking the resolvers of ${id} failed`, error))
    }
  }

  stop(): void {
    this.#running.abort()
  }
}
