import { encode, RECURSION_DESIRED } from 'dns-packet'
import type { Clock } from '../../clock/clock'
import { type AskedQuestion, isReplyTo, isTruncated, readReply } from './read-reply'
import type { DnsReply, DnsTransport, ResolverAddress } from './types'

const ANSWERED = new Error('answered')

export interface DnsQuery {
  server: ResolverAddress
  name: string
  type: 'A' | 'AAAA'
  timeoutMs: number
}

/** What asking needs. `wall`: real time; with a simulated fleet's fast clock, answers still need some of it. */
export interface QueryTools {
  clock: Clock
  wall?: { clock: Clock; leastWaitMs: number }
  transport: DnsTransport
  /** 0 ≤ x < 1; unpredictable in production, since it makes the ids. */
  rng: () => number
}

/**
 * Asks one question over UDP, and over TCP when the answer was cut. Without EDNS, so that the question meets the same
 * cache entry as a program's would (CoreDNS keys by name, type, DO and CD). Never throws.
 */
export async function queryDns(query: DnsQuery, tools: QueryTools, signal?: AbortSignal): Promise<DnsReply> {
  const asked: AskedQuestion = {
    id: Math.floor(tools.rng() * 65_536),
    name: query.name.replace(/\.$/, ''),
    type: query.type,
  }
  const message = encode({
    type: 'query',
    id: asked.id,
    flags: RECURSION_DESIRED,
    questions: [{ name: asked.name, type: asked.type }],
  })
  const patience = startPatience(query.timeoutMs, tools, signal)
  const accept = (packet: Uint8Array) => isReplyTo(packet, asked)
  try {
    const options = { accept, signal: patience.signal }
    const udp = await tools.transport.exchange(query.server, message, { protocol: 'udp', ...options })
    if (!isTruncated(udp)) return readReply(udp, asked)
    const tcp = await tools.transport.exchange(query.server, message, { protocol: 'tcp', ...options })
    return readReply(tcp, asked)
  } catch (error) {
    if (patience.expired()) return { result: 'timeout', detail: `no answer within ${query.timeoutMs} ms` }
    const text = String(error instanceof Error ? error.message : error)
    return { result: 'unreachable', detail: text.slice(0, 120) }
  } finally {
    patience.clear()
  }
}

function startPatience(
  timeoutMs: number,
  { clock, wall }: QueryTools,
  parent?: AbortSignal,
): { signal: AbortSignal; expired: () => boolean; clear: () => void } {
  const over = new AbortController()
  const done = new AbortController()
  let expired = false
  const wait = async () => {
    const started = wall?.clock.now() ?? 0
    await clock.sleep(timeoutMs, done.signal)
    const left = wall ? wall.leastWaitMs - (wall.clock.now() - started) : 0
    if (wall && left > 0) await wall.clock.sleep(left, done.signal)
    expired = true
    over.abort(new Error('timeout'))
  }
  // The only rejection is that of `done`: the answer has come, and nobody waits any more.
  wait().catch(() => {})
  return {
    signal: parent ? AbortSignal.any([over.signal, parent]) : over.signal,
    expired: () => expired,
    // A reason made once: an abort without one builds an error and its stack each time.
    clear: () => done.abort(ANSWERED),
  }
}
