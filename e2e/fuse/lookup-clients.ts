import { createSocket, type Socket } from 'node:dgram'
import { encode, RECURSION_DESIRED } from 'dns-packet'

const loopback = '127.0.0.1'
/** A program's patience; on loopback an answer takes well under a millisecond. */
const patienceMs = 3000
const sweepMs = 250
const bufferBytes = 1 << 20

/** Lookups of one node, in the order in which they were sent; times are of `performance.now()`. */
export interface Lookups {
  name: number[]
  sentAt: number[]
  /** 1 answered with an address, 0 failed or still waiting. */
  answered: number[]
}

export interface ClientOptions {
  port: number
  names: readonly string[]
  /** Lookups a second of each name. */
  rates: readonly number[]
  /** Names come into use at random within this time, so that their copies do not expire in step. */
  startsWithinMs: number
  /** Uniform in [0, 1). */
  rng: () => number
}

/**
 * Programs of one node that look names up over UDP, each name at random instants of its own rate (Poisson), once each:
 * no retries, no cache of their own. Together they are one Poisson stream whose lookups fall on names by their rates.
 */
export class LookupClients {
  readonly lookups: Lookups = { name: [], sentAt: [], answered: [] }
  private readonly socket: Socket
  private readonly queries: Buffer[]
  private readonly cumulative: number[] = []
  private readonly starts: number[]
  private readonly waiting = new Map<number, number>()
  private lastId = 0
  private nextAt = 0
  private timer: NodeJS.Timeout | undefined
  private readonly sweeper: NodeJS.Timeout
  private stopped = false

  private constructor(
    private readonly options: ClientOptions,
    socket: Socket,
  ) {
    const { names, rates, rng, startsWithinMs } = options
    this.socket = socket
    this.queries = names.map(name =>
      encode({ type: 'query', id: 0, flags: RECURSION_DESIRED, questions: [{ name, type: 'A' }] }),
    )
    let sum = 0
    for (const rate of rates) {
      sum += rate
      this.cumulative.push(sum)
    }
    const now = performance.now()
    this.starts = names.map(() => now + rng() * startsWithinMs)
    this.nextAt = now
    socket.on('message', packet => this.hear(packet))
    this.sweeper = setInterval(() => this.forgetOld(), sweepMs)
    this.schedule()
  }

  static async start(options: ClientOptions): Promise<LookupClients> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(0, loopback, resolve)
    })
    socket.setRecvBufferSize(bufferBytes)
    return new LookupClients(options, socket)
  }

  /** Ends it once: sends nothing more; answers are heard for a program's patience longer. */
  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    clearTimeout(this.timer)
    const deadline = performance.now() + patienceMs
    while (this.waiting.size > 0 && performance.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, sweepMs))
    }
    clearInterval(this.sweeper)
    await new Promise<void>(resolve => this.socket.close(() => resolve()))
  }

  private schedule(): void {
    const total = this.cumulative.at(-1) ?? 0
    this.nextAt += (-Math.log1p(-this.options.rng()) / total) * 1000
    const inMs = this.nextAt - performance.now()
    // What is due already is sent at once: a timer would keep back a whole millisecond.
    if (inMs <= 0) setImmediate(() => this.send())
    else this.timer = setTimeout(() => this.send(), inMs)
  }

  private send(): void {
    if (this.stopped) return
    const { name, sentAt, answered } = this.lookups
    const index = this.pick()
    const now = performance.now()
    const query = this.queries[index]
    if (query && now >= (this.starts[index] ?? 0)) {
      this.lastId = (this.lastId + 1) % 65_536
      query.writeUInt16BE(this.lastId, 0)
      this.waiting.set(this.lastId, sentAt.length)
      name.push(index)
      sentAt.push(now)
      answered.push(0)
      this.socket.send(Buffer.from(query), this.options.port, loopback)
    }
    this.schedule()
  }

  /** A name by its share of the lookups. */
  private pick(): number {
    const wanted = this.options.rng() * (this.cumulative.at(-1) ?? 0)
    let low = 0
    let high = this.cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.cumulative[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }

  private hear(packet: Buffer): void {
    if (packet.length < 12) return
    const id = packet.readUInt16BE(0)
    const lookup = this.waiting.get(id)
    if (lookup === undefined) return
    this.waiting.delete(id)
    const code = packet.readUInt8(3) & 0x0f
    const answers = packet.readUInt16BE(6)
    this.lookups.answered[lookup] = code === 0 && answers > 0 ? 1 : 0
  }

  private forgetOld(): void {
    const before = performance.now() - patienceMs
    for (const [id, lookup] of this.waiting) {
      if ((this.lookups.sentAt[lookup] ?? 0) >= before) return
      this.waiting.delete(id)
    }
  }
}
