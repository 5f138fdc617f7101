/** A resolver's address; numeric, so that asking it needs no other resolver. */
export interface ResolverAddress {
  host: string
  port: number
  family: 4 | 6
}

/** Carries one DNS message to a resolver and an answer back. The only place of this room that does I/O. */
export interface DnsTransport {
  /**
   * Sends `query` and resolves with the first packet that `accept` takes; others are ignored, as anyone may send them.
   * @throws whatever the network says (refused, no route), or the signal's reason when it aborts first
   */
  exchange(
    server: ResolverAddress,
    query: Uint8Array,
    options: { protocol: 'udp' | 'tcp'; accept: (packet: Uint8Array) => boolean; signal: AbortSignal },
  ): Promise<Uint8Array>
}

/**
 * What came of one question. `timeout`: no answer in time. `unreachable`: the network refused. `malformed`: an answer
 * with the right id and question that cannot be read.
 */
export type DnsResult =
  | 'answer'
  | 'nodata'
  | 'nxdomain'
  | 'servfail'
  | 'refused'
  | 'other-error'
  | 'malformed'
  | 'timeout'
  | 'unreachable'

export interface DnsReply {
  result: DnsResult
  /** Lowest TTL of the answer's records; 0 with a result of `answer` means served stale. */
  ttlSeconds?: number
  /** In words, bounded. */
  detail: string
}
