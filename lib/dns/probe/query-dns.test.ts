import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../clock/fake-clock'
import { queryDns } from './query-dns'
import { socketTransport } from './socket-transport'
import type { ResolverAddress } from './types'

type Reply = (query: Packet, raw: Buffer) => Buffer[]

const open: (Socket | Server)[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

/** A resolver on loopback whose every answer the test writes. */
async function resolver(udp: Reply, tcp?: Reply): Promise<ResolverAddress> {
  const socket = createSocket('udp4')
  open.push(socket)
  socket.on('message', (raw, from) => {
    for (const packet of udp(decode(raw), raw)) socket.send(packet, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  if (tcp) {
    const server = createServer(connection => {
      connection.on('error', () => {})
      connection.on('data', chunk => {
        const raw = chunk.subarray(2)
        for (const packet of tcp(decode(raw), raw)) {
          const length = Buffer.alloc(2)
          length.writeUInt16BE(packet.length)
          // In two pieces, as the network may deliver it.
          connection.write(Buffer.concat([length, packet.subarray(0, 5)]))
          connection.write(packet.subarray(5))
        }
      })
    })
    open.push(server)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    expect((server.address() as AddressInfo).port).toBe(port)
  }
  return { host: '127.0.0.1', port, family: 4 }
}

const reply = (query: Packet, rcode = 0, answers: Answer[] = [], more: Partial<Packet> = {}) =>
  encode({ type: 'response', id: query.id, flags: rcode, questions: query.questions, answers, ...more })
const address = (name: string, ttl: number): Answer => ({ type: 'A', name, ttl, data: '10.0.0.1' })
const NAME = 'x1.default.svc.cluster.local'
const garbage = (bytes: number) => Buffer.alloc(bytes, 0xc0)

function ask(server: ResolverAddress, clock = new FakeClock()) {
  let n = 0
  const rng = () => (n++ * 0.37 + 0.11) % 1
  return queryDns(
    { server, name: NAME, type: 'A', timeoutMs: 3000 },
    { clock, transport: socketTransport, rng },
  )
}

describe('queryDns over real sockets', () => {
  it.each([
    ['nxdomain', 3],
    ['servfail', 2],
    ['refused', 5],
    ['other-error', 4],
    ['nodata', 0],
  ])('reads %s', async (result, rcode) => {
    expect(await ask(await resolver(query => [reply(query, rcode)]))).toMatchObject({ result })
  })

  it('reads the lowest TTL of an answer, also when names differ in case', async () => {
    const server = await resolver(query => [
      reply(query, 0, [address(NAME, 30), address(NAME, 12)], {
        questions: [{ type: 'A', name: NAME.toUpperCase() }],
      }),
    ])
    expect(await ask(server)).toEqual({ result: 'answer', ttlSeconds: 12, detail: '2 records' })
  })

  it('goes on waiting past forged, foreign and broken packets', async () => {
    const server = await resolver((query, raw) => [
      reply({ ...query, id: (query.id ?? 0) ^ 1 }, 2),
      reply({ ...query, questions: [{ type: 'A', name: 'other.example' }] }, 2),
      reply({ ...query, questions: [{ type: 'AAAA', name: NAME }] }, 2),
      reply({ ...query, questions: [] }, 2),
      raw,
      Buffer.alloc(0),
      garbage(11),
      garbage(4000),
      reply(query, 3),
    ])
    expect(await ask(server)).toMatchObject({ result: 'nxdomain' })
  })

  it('calls an answer malformed that has the right id and question and cannot be read', async () => {
    const server = await resolver(query => {
      const packet = reply(query, 0, [address(NAME, 30)])
      return [packet.subarray(0, packet.length - 16)]
    })
    expect(await ask(server)).toMatchObject({ result: 'malformed' })
  })

  it('asks again over TCP when the answer was cut', async () => {
    const cut = (query: Packet) => [reply(query, 0, [], { flags: 0x200 })]
    const server = await resolver(cut, query => [reply(query, 0, [address(NAME, 7)])])
    expect(await ask(server)).toMatchObject({ result: 'answer', ttlSeconds: 7 })
    expect(await ask(await resolver(cut))).toMatchObject({ result: 'unreachable' })
    const foreign = await resolver(cut, query => [reply({ ...query, id: (query.id ?? 0) ^ 1 }, 0)])
    expect(await ask(foreign)).toMatchObject({ result: 'unreachable' })
  })

  it('gives up on a flood of packets that answer nothing', async () => {
    const server = await resolver(query =>
      Array.from({ length: 260 }, (_, i) => reply({ ...query, id: ((query.id ?? 0) + 1 + i) % 65_536 }, 0)),
    )
    const clock = new FakeClock()
    const result = await ask(server, clock)
    expect(result).toEqual({ result: 'unreachable', detail: 'too many packets that answer nothing' })
    expect(clock.pending).toBe(0)
  })

  it('is not caught by a name that points at itself', async () => {
    const server = await resolver(query => {
      const packet = reply(query, 0, [address(NAME, 30)])
      const answerAt = 12 + NAME.length + 2 + 4
      packet.writeUInt16BE(0xc000 | answerAt, answerAt)
      return [packet]
    })
    expect(await ask(server)).toMatchObject({ result: 'malformed' })
  })

  it.each([
    ['hangs', Buffer.alloc(0)],
    ['promises more than it sends', Buffer.from([0xff, 0xff, 1, 2, 3])],
  ])('gives a server that %s over TCP no more time than over UDP', async (_, sent) => {
    const server = await resolver(query => [reply(query, 0, [], { flags: 0x200 })])
    const tcp = createServer(connection => {
      connection.on('error', () => {})
      connection.write(sent)
    })
    open.push(tcp)
    tcp.listen(server.port, '127.0.0.1')
    await once(tcp, 'listening')
    const clock = new FakeClock()
    const pending = ask(server, clock)
    await once(tcp, 'connection')
    await clock.advance(3000)
    expect(await pending).toMatchObject({ result: 'timeout' })
    expect(clock.pending).toBe(0)
  })

  it('gives a silent resolver its time and no more', async () => {
    const clock = new FakeClock()
    const pending = ask(await resolver(() => []), clock)
    await clock.advance(2999)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    expect(await pending).toEqual({ result: 'timeout', detail: 'no answer within 3000 ms' })
    expect(clock.pending).toBe(0)
  })

  it('says that nothing listens there', async () => {
    const server = await resolver(() => [])
    for (const each of open.splice(0)) each.close()
    expect(await ask(server)).toMatchObject({ result: 'unreachable' })
  })

  it('leaves no timer behind after an answer', async () => {
    const clock = new FakeClock()
    await ask(await resolver(query => [reply(query, 3)]), clock)
    expect(clock.pending).toBe(0)
  })
})
