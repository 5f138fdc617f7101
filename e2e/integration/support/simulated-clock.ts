import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A control address that tells the time as the test wants it; nothing else of a simulated fleet is behind it. */
export async function serveClock(
  controlPath: string,
): Promise<{ jump(ms: number): void; now(): number; close(): Promise<void> }> {
  let aheadMs = 0
  const server = createServer((request, response) => {
    const wallAt = Date.now()
    const clock = { wallAt, simAt: wallAt + aheadMs, speed: 1, paused: false, scenario: 'none', seed: 1 }
    const body = request.url === '/scenarios' ? { scenarios: [] } : { ...clock, lagMs: 0, runId: 'one' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await writeFile(controlPath, JSON.stringify({ url: `http://127.0.0.1:${port}`, token: 'none' }))
  return {
    jump: ms => {
      aheadMs += ms
    },
    now: () => Date.now() + aheadMs,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
