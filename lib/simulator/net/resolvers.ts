import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
} from 'dns-packet'
import { wallSleep } from '../../clock/system-clock'
import type { SimulatedCluster } from '../fleet/cluster'
import { answerDns } from '../model/answer-dns'
import type { DnsAnswer } from '../model/types'
import type { PortBook } from './port-book'

const ZONE = 'cluster.local'
const NXDOMAIN = 3
const SERVFAIL = 2
const NOT_IMPLEMENTED = 4
const SHORTEST_DELAY_MS = 0.7

/** One simulated node cache: UDP and TCP at one port. */
export class Resolver {
  #udp: UdpSocket | undefined
  #tcp: Server | undefined
  readonly #connections = new Set<Socket>()

  constructor(
    private readonly cluster: SimulatedCluster,
    private readonly index: number,
    private readonly ports: PortBook,
    private readonly speed: () => number,
  ) {}

  get #key(): string {
    return `${this.cluster.id}/resolver-${this.index}`
  }

  get address(): string {
    return `127.0.0.1:${this.ports.portFor(this.#key)}`
  }

  async open(): Promise<void> {
    for (;;) {
      const port = this.ports.portFor(this.#key)
      const failure = (await this.#openTcp(port)) ?? (await this.#openUdp(port))
      if (!failure) return
      this.close()
      if (failure.code !== 'EADDRINUSE' && failure.code !== 'EACCES') throw failure
      this.ports.replace(this.#key)
    }
  }

  close(): void {
    this.#udp?.close()
    this.#tcp?.close()
    this.#udp = undefined
    this.#tcp = undefined
    for (const each of this.#connections) each.destroy()
  }

  #openUdp(port: number): Promise<NodeJS.ErrnoException | undefined> {
    return new Promise(resolve => {
      const socket = createSocket('udp4')
      socket.once('error', error => resolve(error))
      socket.bind(port, '127.0.0.1', () => {
        this.#udp = socket
        resolve(undefined)
      })
      socket.on('message', (message, peer) => {
        this.#reply(message, reply => {
          if (this.#udp === socket) socket.send(reply, peer.port, peer.address)
        })
      })
    })
  }

  #openTcp(port: number): Promise<NodeJS.ErrnoException | undefined> {
    return new Promise(resolve => {
      const server = createServer(socket => this.#serveTcp(socket))
      server.once('error', error => resolve(error))
      server.listen({ port, host: '127.0.0.1', backlog: 16 }, () => {
        this.#tcp = server
        resolve(undefined)
      })
    })
  }

  /** Messages over TCP come with their length in front (RFC 1035 §4.2.2). */
  #serveTcp(socket: Socket): void {
    this.#connections.add(socket)
    socket.on('close', () => this.#connections.delete(socket))
    socket.on('error', () => socket.destroy())
    let buffered = Buffer.alloc(0)
    socket.on('data', chunk => {
      buffered = Buffer.concat([buffered, chunk])
      while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
        const end = 2 + buffered.readUInt16BE(0)
        this.#reply(buffered.subarray(2, end), reply => {
          const length = Buffer.alloc(2)
          length.writeUInt16BE(reply.length)
          if (!socket.destroyed) socket.write(Buffer.concat([length, reply]))
        })
        buffered = buffered.subarray(end)
      }
    })
  }

  #reply(message: Buffer, send: (reply: Buffer) => void): void {
    const { cluster, index } = this
    const replied = replyTo(message, (name, type) =>
      answerDns(cluster.model, name, type, index, cluster.random),
    )
    if (!replied) return
    const delay = replied.latencyMs / this.speed()
    if (delay <= SHORTEST_DELAY_MS) send(replied.reply)
    else void wallSleep(delay).then(() => send(replied.reply))
  }
}

/** The bytes of a reply and when to send them; undefined: silence, for what is no query and for what nobody answers. */
export function replyTo(
  message: Buffer,
  ask: (name: string, type: string) => DnsAnswer,
): { reply: Buffer; latencyMs: number } | undefined {
  const query = tryDecode(message)
  const question = query?.questions?.[0]
  if (query?.type !== 'query' || !question) return undefined
  const base: Packet = {
    type: 'response',
    id: query.id,
    flags: ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE,
    questions: [question],
  }
  const finish = (packet: Packet, rcode: number, latencyMs: number) => ({
    reply: encode({ ...packet, flags: (packet.flags ?? 0) | rcode }),
    latencyMs,
  })
  if (query.opcode !== undefined && query.opcode !== 'QUERY') return finish(base, NOT_IMPLEMENTED, 0)
  const { outcome, latencyMs, ttlSeconds = 0, address } = ask(question.name, question.type)
  if (outcome === 'timeout') return undefined
  if (outcome === 'servfail') return finish(base, SERVFAIL, latencyMs)
  const own = { ...base, flags: (base.flags ?? 0) | AUTHORITATIVE_ANSWER }
  if (outcome === 'answer' && address) {
    const record: Answer = { type: 'A', class: 'IN', name: question.name, ttl: ttlSeconds, data: address }
    return finish({ ...own, answers: [record] }, 0, latencyMs)
  }
  const soa: Answer = {
    type: 'SOA',
    class: 'IN',
    name: ZONE,
    ttl: ttlSeconds,
    data: {
      mname: `ns.dns.${ZONE}`,
      rname: `hostmaster.${ZONE}`,
      serial: 1733956800,
      refresh: 7200,
      retry: 1800,
      expire: 86400,
      minimum: ttlSeconds,
    },
  }
  return finish({ ...own, authorities: [soa] }, outcome === 'nxdomain' ? NXDOMAIN : 0, latencyMs)
}

function tryDecode(message: Buffer): (Packet & { opcode?: string }) | undefined {
  try {
    return decode(message)
  } catch {
    // Not DNS: nothing can be answered.
    return undefined
  }
}
