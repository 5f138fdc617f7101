import dns, { type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Clock } from '../clock/clock'

export type ResolveHost = (host: string) => Promise<LookupAddress[]>

const systemResolve: ResolveHost = host => dns.promises.lookup(host, { all: true, order: 'verbatim' })

/** A name server that does not answer holds up at most this long when an older address is known. */
const PATIENCE_MS = 1000
/** getaddrinfo blocks one of libuv's four threads, which files and gzip need too. */
const LOOKUPS_AT_ONCE = 2
const FRESH_MS = 30_000
const MAX_HOSTS = 10_000

/**
 * Name lookup that remembers the last addresses of each host, so that a dead DNS does not cut us off from clusters
 * that we reached before. Lookups of one host are shared, and few run at once.
 */
export class HostMemory {
  readonly #known = new Map<string, { addresses: LookupAddress[]; at: number }>()
  readonly #running = new Map<string, Promise<LookupAddress[]>>()
  readonly #waiting: (() => void)[] = []
  #busy = 0

  constructor(
    private readonly clock: Clock,
    private readonly resolve: ResolveHost = systemResolve,
  ) {}

  /** In the shape that `net.connect` takes. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.addressesOf(host).then(
      all => {
        const family = options.family === 4 || options.family === 6 ? options.family : 0
        const fitting = family === 0 ? all : all.filter(address => address.family === family)
        const [first] = fitting
        if (!first) callback(notFound(host), '', 0)
        else if (options.all) callback(null, fitting)
        else callback(null, first.address, first.family)
      },
      error => callback(error, '', 0),
    )
  }

  /** @throws the resolver's error when the name does not resolve and never did */
  async addressesOf(host: string): Promise<LookupAddress[]> {
    const known = this.#known.get(host)
    if (known && this.clock.now() - known.at < FRESH_MS) return known.addresses
    const asked = this.#ask(host)
    if (!known) return asked
    const patience = new AbortController()
    const late = this.clock.sleep(PATIENCE_MS, patience.signal).then(
      () => known.addresses,
      () => known.addresses,
    )
    try {
      return await Promise.race([asked.catch(() => known.addresses), late])
    } finally {
      patience.abort()
    }
  }

  #ask(host: string): Promise<LookupAddress[]> {
    const running = this.#running.get(host)
    if (running) return running
    const asked = this.#limited(() => this.resolve(host))
      .then(addresses => {
        if (addresses.length === 0) throw notFound(host)
        this.#remember(host, addresses)
        return addresses
      })
      .finally(() => this.#running.delete(host))
    // A caller that stopped waiting must not turn a failed lookup into an unhandled rejection.
    asked.catch(() => {})
    this.#running.set(host, asked)
    return asked
  }

  #remember(host: string, addresses: LookupAddress[]): void {
    this.#known.delete(host)
    this.#known.set(host, { addresses, at: this.clock.now() })
    if (this.#known.size <= MAX_HOSTS) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  async #limited<T>(run: () => Promise<T>): Promise<T> {
    if (this.#busy >= LOOKUPS_AT_ONCE) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#busy++
    try {
      return await run()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#busy--
    }
  }
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' })
}
