import { decode, encode, type Packet } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { clusterBySize, smallFleet } from '../api/testing'
import { answerDns, serviceNames } from '../model/answer-dns'
import type { DnsAnswer } from '../model/types'
import { replyTo } from './resolvers'

const query = (name: string, type: 'A' | 'AAAA' = 'A') =>
  encode({ type: 'query', id: 7, flags: 0x100, questions: [{ name, type, class: 'IN' }] })

function resolve(message: Buffer, answer: DnsAnswer): (Packet & { rcode?: string }) | undefined {
  const replied = replyTo(message, () => answer)
  return replied && decode(replied.reply)
}

describe('a reply', () => {
  it('carries the address and what is left of its TTL', () => {
    const packet = resolve(query('gateway.chat.svc.cluster.local'), {
      outcome: 'answer',
      latencyMs: 1,
      ttlSeconds: 417,
      address: '10.96.1.2',
    })
    expect(packet).toMatchObject({
      type: 'response',
      id: 7,
      rcode: 'NOERROR',
      answers: [{ type: 'A', ttl: 417, data: '10.96.1.2' }],
    })
  })

  it('tells names that do not exist from names without such a record', () => {
    expect(
      resolve(query('x.default.svc.cluster.local'), { outcome: 'nxdomain', latencyMs: 1, ttlSeconds: 5 }),
    ).toMatchObject({
      rcode: 'NXDOMAIN',
      answers: [],
      authorities: [{ type: 'SOA', ttl: 5 }],
    })
    expect(resolve(query('x', 'AAAA'), { outcome: 'no-data', latencyMs: 1, ttlSeconds: 5 })).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
    })
  })

  it('is a failure from an unsynced replica, and silence from a dead one', () => {
    expect(resolve(query('x'), { outcome: 'servfail', latencyMs: 1 })).toMatchObject({ rcode: 'SERVFAIL' })
    expect(resolve(query('x'), { outcome: 'timeout', latencyMs: 5000 })).toBeUndefined()
  })

  it('is not given to what is no query', () => {
    expect(replyTo(Buffer.from('hello'), () => ({ outcome: 'nxdomain', latencyMs: 0 }))).toBeUndefined()
    const response = encode({ type: 'response', id: 7, questions: [{ name: 'x', type: 'A' }] })
    expect(resolve(response, { outcome: 'nxdomain', latencyMs: 0 })).toBeUndefined()
  })
})

describe('a healthy cluster', () => {
  it('knows its services and no nonce', () => {
    const { model, random } = clusterBySize(smallFleet(), 'smallest')
    const ask = (name: string) =>
      replyTo(query(name), (asked, type) => answerDns(model, asked, type, 0, random))
    const [service] = serviceNames(model)
    expect(decode(ask(`${service}.svc.cluster.local`)?.reply ?? Buffer.alloc(0))).toMatchObject({
      rcode: 'NOERROR',
      answers: [{ type: 'A' }],
    })
    expect(decode(ask('nonce-1.default.svc.cluster.local')?.reply ?? Buffer.alloc(0))).toMatchObject({
      rcode: 'NXDOMAIN',
    })
  })
})
