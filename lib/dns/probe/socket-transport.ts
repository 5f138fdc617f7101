import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import type { DnsTransport, ResolverAddress } from './types'

type ExchangeOptions = Parameters<DnsTransport['exchange']>[2]

/** Packets for others, or forged ones, that are worth looking at before the query is given up. */
const MAX_STRANGERS = 200

/** UDP and TCP sockets of this machine: one socket and one random source port for each query. */
export const socketTransport: DnsTransport = {
  exchange: (server, query, options) =>
    options.protocol === 'udp' ? overUdp(server, query, options) : overTcp(server, query, options),
}

/**
 * Runs `stop` when the signal aborts, but only after the packets that have already arrived were handed out: timers run
 * before I/O in a turn of the event loop, so after a stall a deadline would overtake answers that came in time.
 */
function onLateAbort(signal: AbortSignal, stop: (reason: unknown) => void): () => void {
  const listener = () => setImmediate(() => setImmediate(() => stop(signal.reason)))
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

function overUdp(server: ResolverAddress, query: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(server.family === 6 ? 'udp6' : 'udp4')
    let strangers = 0
    let finished = false
    const finish = (settle: () => void) => {
      if (finished) return
      finished = true
      stopListening()
      socket.close()
      settle()
    }
    const stopListening = onLateAbort(options.signal, reason => finish(() => reject(reason)))
    socket.on('error', error => finish(() => reject(error)))
    socket.on('message', packet => {
      if (options.accept(packet)) finish(() => resolve(packet))
      else if (++strangers > MAX_STRANGERS)
        finish(() => reject(new Error('too many packets that answer nothing')))
    })
    // A connected socket hears only this server, and its "port unreachable".
    socket.connect(server.port, server.host, () => {
      if (!finished) socket.send(query, error => error && finish(() => reject(error)))
    })
  })
}

function overTcp(server: ResolverAddress, query: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.host, port: server.port, family: server.family })
    let received = Buffer.alloc(0)
    const finish = (settle: () => void) => {
      stopListening()
      socket.destroy()
      settle()
    }
    const stopListening = onLateAbort(options.signal, reason => finish(() => reject(reason)))
    socket.on('error', error => finish(() => reject(error)))
    socket.on('close', () => finish(() => reject(new Error('connection closed without an answer'))))
    socket.on('connect', () => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(query.length)
      socket.write(Buffer.concat([length, query]))
    })
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2) return
      const length = received.readUInt16BE(0)
      if (received.length < 2 + length) return
      const packet = received.subarray(2, 2 + length)
      finish(() => {
        if (options.accept(packet)) resolve(packet)
        else reject(new Error('the answer over TCP belongs to another question'))
      })
    })
  })
}
