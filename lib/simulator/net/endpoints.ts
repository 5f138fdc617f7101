import { createServer, type Server, type Socket } from 'node:net'
import { wallSleep } from '../../clock/system-clock'
import type { PortBook } from './port-book'

const BACKLOG = 128
const RETRY_MS = 1000

/** One TCP address of the fleet that may be open or, while its server is down, closed. */
export class TcpEndpoint {
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #wanted = false

  constructor(
    readonly key: string,
    private readonly book: PortBook,
    private readonly onSocket: (socket: Socket) => void,
  ) {}

  /** Where it listens, or last listened. */
  get port(): number {
    return this.book.portFor(this.key)
  }

  /** Listens; a port that another program holds is exchanged for a free one, but only before the first success. */
  async open(): Promise<void> {
    this.#wanted = true
    for (;;) {
      const failure = await this.#listen(this.port)
      if (!failure) return
      if (failure.code !== 'EADDRINUSE' && failure.code !== 'EACCES') throw failure
      this.book.replace(this.key)
    }
  }

  /** Opens again at the same port; while another program holds it, tries again every second. */
  async reopen(): Promise<void> {
    this.#wanted = true
    while (this.#wanted && !this.#server) {
      const failure = await this.#listen(this.port)
      if (failure) await wallSleep(RETRY_MS)
    }
  }

  /** Refuses connections from now on and cuts those that are open. */
  close(): void {
    this.#wanted = false
    this.#server?.close()
    this.#server = undefined
    this.cutConnections()
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
    this.#sockets.clear()
  }

  get isOpen(): boolean {
    return this.#server !== undefined
  }

  #listen(port: number): Promise<NodeJS.ErrnoException | undefined> {
    return new Promise(resolve => {
      const server = createServer({ noDelay: true }, socket => {
        this.#sockets.add(socket)
        socket.once('close', () => this.#sockets.delete(socket))
        this.onSocket(socket)
      })
      this.#server = server
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (this.#server === server) this.#server = undefined
        resolve(error)
      })
      server.listen({ port, host: '127.0.0.1', backlog: BACKLOG }, () => {
        // Asked to close while it was opening.
        if (this.#server !== server) server.close()
        resolve(undefined)
      })
    })
  }
}
