import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { type Answer, decode, encode, type Packet } from 'dns-packet'

export const NXDOMAIN = 3
export const SERVFAIL = 2
export const REFUSED = 5

export const reply = (query: Packet, rcode = 0, answers: Answer[] = [], more: Partial<Packet> = {}) =>
  encode({ type: 'response', id: query.id, flags: rcode, questions: query.questions, answers, ...more })

export const addressOf = (query: Packet, ttl: number): Answer => ({
  type: 'A',
  name: query.questions?.[0]?.name ?? '',
  ttl,
  data: '10.0.0.1',
})

/** What is sent back for a question, packet by packet. */
export type Script = (query: Packet) => Buffer[]

/** A resolver on loopback that does what its script says. */
export interface ScriptedResolver {
  address: string
  /** May be changed at any time. */
  script: Script
  asked: string[]
  close(): void
}

export async function startResolver(script: Script, tcp?: Script): Promise<ScriptedResolver> {
  const socket: Socket = createSocket('udp4')
  const resolver: ScriptedResolver = {
    address: '',
    script,
    asked: [],
    close: () => {
      socket.close()
      server?.close()
    },
  }
  socket.on('message', (raw, from) => {
    const query = decode(raw)
    resolver.asked.push(query.questions?.[0]?.name ?? '')
    for (const packet of resolver.script(query)) socket.send(packet, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  resolver.address = `127.0.0.1:${port}`
  let server: Server | undefined
  if (tcp) {
    server = createServer(connection => {
      connection.on('error', () => {})
      connection.on('data', chunk => {
        for (const packet of tcp(decode(chunk.subarray(2)))) {
          const length = Buffer.alloc(2)
          length.writeUInt16BE(packet.length)
          connection.write(Buffer.concat([length, packet]))
        }
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  return resolver
}
