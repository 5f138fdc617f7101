import { hashPhase } from '../../probe/hash-phase'
import type { LivePathView } from '../fuse/types'
import { foldLivePath, type LivePathMemory, NO_LIVE_PATH, viewLivePath } from './live-path'
import type { NameReading } from './name-readings'
import { parseResolverAddress } from './parse-address'
import { type QueryTools, queryDns } from './query-dns'
import type { ResolverAddress } from './types'

/** Between two rounds, of the clock's time. */
const INTERVAL_MS = 12_000
const TIMEOUT_MS = 3_000
/** More addresses than this add load, not knowledge. */
const MAX_RESOLVERS = 8
const MAX_NAMES = 10
/** A name that was read is not read again before its copy has ended, and this long at least. */
const LEAST_REREAD_MS = 60_000

export interface ResolverProbeOptions {
  clusterId: string
  /** `host:port`, numeric hosts. */
  resolvers: readonly string[]
  clusterDomain?: string
  /** Names whose TTL is read at T0, and once more whenever that has run down; fully qualified. */
  topNames?: readonly string[]
  /** Called after each round. */
  onRound?: (view: LivePathView) => void
}

/**
 * Asks a cluster's resolvers, every 12 s, for a name that no cache can hold, and reads the TTLs of its top names when
 * that begins to fail, each again only when its copy should have ended. Before T0 no other name is ever asked for, so
 * nothing is kept warm by us.
 */
export class ResolverProbe {
  #memory: LivePathMemory = NO_LIVE_PATH
  #readings: NameReading[] = []
  readonly #servers: { text: string; address: ResolverAddress }[]
  /** Addresses that were given but cannot be asked. */
  readonly refused: readonly string[]

  constructor(
    private readonly options: ResolverProbeOptions,
    private readonly tools: QueryTools,
  ) {
    const parsed = options.resolvers.map(text => ({ text, address: parseResolverAddress(text) }))
    this.#servers = parsed
      .flatMap(({ text, address }) => (address ? [{ text, address }] : []))
      .slice(0, MAX_RESOLVERS)
    this.refused = parsed.filter(({ address }) => !address).map(({ text }) => text)
  }

  /** undefined before the first round, or without a resolver. */
  view(): LivePathView | undefined {
    const view = viewLivePath(this.#memory)
    return view && this.#readings.length > 0 ? { ...view, names: this.#readings } : view
  }

  /** Since the last T0, oldest first and at most two a copy; empty before. */
  readings(): readonly NameReading[] {
    return this.#readings
  }

  /** Rounds until the signal aborts. Starts are spread over an interval by the cluster's id. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.tools
    if (this.#servers.length === 0) return
    try {
      await clock.sleep(INTERVAL_MS * hashPhase(this.options.clusterId), signal)
      while (!signal.aborted) {
        const started = clock.now()
        await this.round(signal)
        if (signal.aborted) return
        await clock.sleep(Math.max(0, INTERVAL_MS - (clock.now() - started)), signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  /** One question to each resolver, and what follows from the answers. */
  async round(signal?: AbortSignal): Promise<void> {
    const wasFailing = this.#memory.failingSince !== undefined
    const answers = await Promise.all(
      this.#servers.map(async ({ text, address }) => {
        const at = this.tools.clock.now()
        const { result } = await this.#ask(address, `${this.#nonce()}.default.svc.${this.#domain}`, signal)
        return { resolver: text, at, result }
      }),
    )
    if (signal?.aborted) return
    this.#memory = foldLivePath(this.#memory, answers)
    const failing = this.#memory.failingSince !== undefined
    if (failing && !wasFailing) await this.#readNames(signal)
    else if (failing) await this.#readEnded(signal)
    if (!failing && wasFailing) this.#readings = []
    const view = this.view()
    if (view && !signal?.aborted) this.options.onRound?.(view)
  }

  get #domain(): string {
    return (this.options.clusterDomain ?? 'cluster.local').replace(/\.$/, '')
  }

  #nonce(): string {
    const digits = () =>
      Math.floor(this.tools.rng() * 36 ** 5)
        .toString(36)
        .padStart(5, '0')
    return `x${digits()}${digits()}`
  }

  #ask(server: ResolverAddress, name: string, signal?: AbortSignal) {
    return queryDns({ server, name, type: 'A', timeoutMs: TIMEOUT_MS }, this.tools, signal)
  }

  async #readNames(signal?: AbortSignal): Promise<void> {
    const names = (this.options.topNames ?? [`kubernetes.default.svc.${this.#domain}`]).slice(0, MAX_NAMES)
    this.#readings = await Promise.all(
      this.#servers.flatMap(server => names.map(name => this.#readName(server, name, signal))),
    )
  }

  /** Copies that should have ended: another replica of CoreDNS may have renewed them, or they are served stale. */
  async #readEnded(signal?: AbortSignal): Promise<void> {
    const now = this.tools.clock.now()
    const newest = new Map(this.#readings.map(reading => [keyOf(reading), reading]))
    const due = [...newest.values()].filter(
      ({ readAt, ttlSeconds }) =>
        ttlSeconds !== null && now > readAt + Math.max(LEAST_REREAD_MS, (ttlSeconds + 1) * 1000),
    )
    if (due.length === 0) return
    const read = await Promise.all(
      this.#servers.flatMap(server =>
        due
          .filter(({ resolver }) => resolver === server.text)
          .map(({ name }) => this.#readName(server, name, signal)),
      ),
    )
    // The last that was seen of a copy, and what came of looking again.
    this.#readings = [...newest.values(), ...read]
  }

  async #readName(
    { text, address }: { text: string; address: ResolverAddress },
    name: string,
    signal?: AbortSignal,
  ): Promise<NameReading> {
    const readAt = this.tools.clock.now()
    const { result, ttlSeconds } = await this.#ask(address, name, signal)
    return { name, resolver: text, readAt, ttlSeconds: result === 'answer' ? (ttlSeconds ?? 0) : null }
  }
}

const keyOf = ({ resolver, name }: NameReading) => `${resolver} ${name}`
