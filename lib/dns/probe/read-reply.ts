import { decode, type Packet } from 'dns-packet'
import type { DnsReply, DnsResult } from './types'

const HEADER_BYTES = 12
const RESPONSE = 0x80
/** RFC 2181: a TTL with its highest bit set is to be taken as 0. */
const MAX_TTL = 2 ** 31 - 1
const TRUNCATED = 0x02

/** The question that was asked, to tell its answer from all else that arrives. */
export interface AskedQuestion {
  id: number
  /** As sent, without a final dot. */
  name: string
  type: 'A' | 'AAAA'
}

const RCODES: Record<number, DnsResult> = { 2: 'servfail', 3: 'nxdomain', 5: 'refused' }

/** Whether a packet answers the question: id, response bit, opcode, and the question itself repeated. */
export function isReplyTo(packet: Uint8Array, asked: AskedQuestion): boolean {
  if (packet.length < HEADER_BYTES) return false
  const [idHigh = 0, idLow = 0, flags = 0] = packet
  if (((idHigh << 8) | idLow) !== asked.id) return false
  if ((flags & RESPONSE) === 0 || (flags & 0x78) !== 0) return false
  const question = readQuestion(packet)
  return (
    question !== undefined &&
    question.name === asked.name.toLowerCase() &&
    question.type === (asked.type === 'A' ? 1 : 28) &&
    question.class === 1
  )
}

/** The one question of a packet; undefined when there is none, or several, or it is compressed or cut. */
function readQuestion(packet: Uint8Array): { name: string; type: number; class: number } | undefined {
  if (packet[4] !== 0 || packet[5] !== 1) return undefined
  const labels: string[] = []
  let at = HEADER_BYTES
  for (;;) {
    const length = packet[at]
    if (length === undefined || length > 63 || labels.length > 127) return undefined
    at++
    if (length === 0) break
    if (at + length > packet.length) return undefined
    labels.push(String.fromCharCode(...packet.subarray(at, at + length)))
    at += length
  }
  if (at + 4 > packet.length) return undefined
  const word = (i: number) => ((packet[i] ?? 0) << 8) | (packet[i + 1] ?? 0)
  return { name: labels.join('.').toLowerCase(), type: word(at), class: word(at + 2) }
}

export function isTruncated(packet: Uint8Array): boolean {
  return ((packet[2] ?? 0) & TRUNCATED) !== 0
}

/** What an accepted packet says. Never throws: what cannot be read is `malformed`. */
export function readReply(packet: Uint8Array, asked: AskedQuestion): DnsReply {
  const rcode = (packet[3] ?? 0) & 0x0f
  if (rcode !== 0) {
    const result = RCODES[rcode] ?? 'other-error'
    return { result, detail: `rcode ${rcode}` }
  }
  let message: Packet
  try {
    message = decode(Buffer.from(packet))
  } catch (error) {
    return {
      result: 'malformed',
      detail: String(error instanceof Error ? error.message : error).slice(0, 120),
    }
  }
  const records = message.answers ?? []
  const wanted = records.filter(record => record.type === asked.type)
  if (wanted.length === 0) return { result: 'nodata', detail: 'no records of this type' }
  const ttls = records.map(record =>
    'ttl' in record && (record.ttl ?? 0) <= MAX_TTL ? (record.ttl ?? 0) : 0,
  )
  return { result: 'answer', ttlSeconds: Math.min(...ttls), detail: `${wanted.length} records` }
}
