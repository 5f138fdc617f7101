import { connect, createServer, type Socket } from 'node:net'

/** A line between browser and Holdfast that can be cut and mended, as networks are. */
export interface CuttableProxy {
  url: string
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function startCuttableProxy(port: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer(near => {
    track(near)
    if (isCut) return near.destroy()
    const far = connect(port, '127.0.0.1')
    track(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('the proxy has no port')
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://localhost:${address.port}`,
    cut() {
      isCut = true
      drop()
    },
    mend() {
      isCut = false
    },
    close() {
      drop()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
