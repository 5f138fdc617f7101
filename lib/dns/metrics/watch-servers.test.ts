import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Agent } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock, settle } from '../../clock/fake-clock'
import { scrapeServer } from './scrape-server'
import type { DnsServerView } from './types'
import { DnsMetricsWatch } from './watch-servers'

const GOOD =
  'coredns_build_info{version="1.11.3"} 1\ncoredns_cache_requests_total{zones="cluster.local."} 40\n'
const open: (Server | TcpServer)[] = []
afterEach(() => {
  for (const each of open.splice(0)) {
    if ('closeAllConnections' in each) each.closeAllConnections()
    each.close()
  }
})

async function listen<S extends Server | TcpServer>(server: S): Promise<string> {
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
}
const serve = (listener: RequestListener) => listen(createServer(listener))

async function scrape(url: string, clock = new FakeClock()) {
  const agent = new Agent({ connections: 1 })
  try {
    return await scrapeServer(url, { agent, clock })
  } finally {
    await agent.destroy()
    expect(clock.pending).toBe(0)
  }
}

describe('scrapeServer', () => {
  it('reads what a server tells, and its clock', async () => {
    const asked: (string | undefined)[] = []
    const url = await serve((request, response) => {
      asked.push(request.url, String(request.headers['accept-encoding']))
      response.setHeader('date', 'Wed, 11 Dec 2024 22:44:00 GMT')
      response.end(GOOD)
    })
    expect(await scrape(`${url}?a=1`)).toMatchObject({
      sample: { version: '1.11.3', cut: undefined },
      serverAt: Date.parse('2024-12-11T22:44:00Z'),
    })
    expect(asked).toEqual(['/metrics?a=1', 'identity'])
  })

  it('follows no redirect, and takes no error and no compressed text for figures', async () => {
    let elsewhere = 0
    const target = await serve((_, response) => {
      elsewhere++
      response.end(GOOD)
    })
    const redirect = await serve((_, response) => response.writeHead(302, { location: target }).end())
    expect(await scrape(redirect)).toMatchObject({ failure: 'answered 302' })
    expect(elsewhere).toBe(0)
    const broken = await serve((_, response) => response.writeHead(500).end(GOOD))
    expect(await scrape(broken)).toMatchObject({ failure: 'answered 500' })
    const bomb = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(GOOD)),
    )
    expect(await scrape(bomb)).toMatchObject({ failure: 'answered in gzip' })
  })

  it('gives a server that hangs its time and no more, before or in the middle of its answer', async () => {
    for (const begun of [false, true]) {
      let reached = () => {}
      const isReached = new Promise<void>(resolve => {
        reached = resolve
      })
      const url = await serve((_, response) => {
        if (begun) response.write(GOOD)
        reached()
      })
      const clock = new FakeClock()
      const agent = new Agent({ connections: 1 })
      // Real time must pass too: a simulated clock may run fast.
      const pending = scrapeServer(url, { agent, clock })
      await isReached
      await clock.advance(5_000)
      expect(await pending).toMatchObject({ failure: 'no answer within 5000 ms' })
      expect(clock.pending).toBe(0)
      await agent.destroy()
    }
  })

  it('reads no further than 4 MiB of a text without end', async () => {
    const line = Buffer.from(`coredns_dns_responses_total{rcode="NOERROR",x="${'y'.repeat(1_000)}"} 1\n`)
    let sent = 0
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(line)) sent += line.length
        sent += line.length
      }
      response.on('drain', more)
      more()
    })
    const result = await scrape(url)
    expect(result).toMatchObject({ sample: { cut: true, scannedBytes: 4 << 20 } })
    expect(sent).toBeLessThan(16 << 20)
  })

  it('says so when the connection is closed, refused, or speaks another language', async () => {
    const half = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '5000' })
      response.write(GOOD)
      setImmediate(() => response.destroy())
    })
    expect(await scrape(half)).toMatchObject({ failure: expect.stringMatching(/closed|aborted|terminated/) })
    const ssh = await listen(createTcpServer(socket => socket.end('SSH-2.0-OpenSSH_9.6\r\n')))
    expect(await scrape(ssh)).toHaveProperty('failure')
    const gone = await serve(() => {})
    for (const each of open.splice(0)) each.close()
    expect(await scrape(gone)).toMatchObject({ failure: 'nothing listens there' })
  })
})

describe('DnsMetricsWatch', () => {
  it('reads an address of a quiet cluster three times, then each minute', async () => {
    let answered = 0
    const url = await serve((_, response) => {
      answered++
      response.end(GOOD)
    })
    const clock = new FakeClock()
    const watch = new DnsMetricsWatch(
      { clock, rng: () => 0.5, isQuiet: () => true },
      () => {},
      (_, error) => {
        throw error
      },
    )
    watch.start([{ id: 'c', dnsMetrics: [url] }])
    for (let i = 0; i < 660; i++) {
      await clock.advance(1_000)
      await settle(20)
    }
    // Within the first minute three, then ten minutes.
    expect(answered).toBeGreaterThanOrEqual(12)
    expect(answered).toBeLessThanOrEqual(14)
    watch.stop()
    await clock.advance(0)
    await settle(20)
    expect(clock.pending).toBe(0)
  })

  it('reads each address about every 20 s while it matters, apart from others that hang, until it is stopped', async () => {
    let answered = 0
    const good = await serve((_, response) => {
      answered++
      response.end(GOOD)
    })
    const hangs = await serve(() => {})
    const clock = new FakeClock()
    const told: { address: string; views: readonly DnsServerView[] }[] = []
    const faults: unknown[] = []
    const watch = new DnsMetricsWatch(
      { clock, rng: () => 0.5, isQuiet: () => false },
      (_, views, address) => told.push({ address, views }),
      (_, error) => faults.push(error),
    )
    watch.start([{ id: 'c', dnsMetrics: [good, hangs] }, { id: 'none' }])
    for (let i = 0; i < 240; i++) {
      await clock.advance(500)
      await settle(20)
    }
    // Two minutes at 20 s, whatever the other one does.
    const ofGood = told.filter(({ address }) => address === good)
    expect(answered).toBeGreaterThanOrEqual(5)
    expect(answered).toBeLessThanOrEqual(7)
    expect(ofGood.length).toBeGreaterThanOrEqual(5)
    const [last] = ofGood.slice(-1)
    expect(last?.views.map(({ address }) => address)).toEqual([good, hangs])
    expect(last?.views[0]).toMatchObject({ version: '1.11.3', failure: undefined })
    watch.stop()
    await clock.advance(0)
    await settle(20)
    const before = answered
    await clock.advance(60_000)
    expect(answered).toBe(before)
    expect(clock.pending).toBe(0)
    expect(faults).toEqual([])
  })
})
