import { encode, RECURSION_DESIRED } from 'dns-packet'
import type { Clock } from '../../clock/clock'
import { type AskedQuestion, isReplyTo, isTruncated, readReply } from './read-reply'
import type { DnsReply, DnsTransport, ResolverAddress } from './types'

/** Reasons made once: an abort without one builds an error and its stack each time. */
const OVER = new Error('over')

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
    patience.end()
  }
}

/** One signal for the question and for the wait: it aborts when time is up, when nobody cares, or at the end. */
function startPatience(
  timeoutMs: number,
  { clock, wall }: QueryTools,
  parent?: AbortSignal,
): { signal: AbortSignal; expired: () => boolean; end: () => void } {
  const over = new AbortController()
  let expired = false
  const end = () => over.abort(OVER)
  const wait = async () => {
    const started = wall?.clock.now() ?? 0
    await clock.sleep(timeoutMs, over.signal)
    const left = wall ? wall.leastWaitMs - (wall.clock.now() - started) : 0
    if (wall && left > 0) await wall.clock.sleep(left, over.signal)
    expired = true
    end()
  }
  // The only rejection is that of `over`: nobody waits any more.
  wait().catch(() => {})
  if (parent?.aborted) end()
  else parent?.addEventListener('abort', end, { once: true })
  return {
    signal: over.signal,
    expired: () => expired,
    end: () => {
      parent?.removeEventListener('abort', end)
      end()
    },
  }
}
