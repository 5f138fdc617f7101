import { describe, expect, it } from 'vitest'
import { assumedChain, readChain } from './read-chain'
import type { CacheChain } from './types'

const CORE = (options = '', cache = 'cache 30') => `.:53 {
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    ttl 30
    ${options}
  }
  forward . /etc/resolv.conf
  ${cache}
}`
const NODE = (cache: string) => `cluster.local:53 {
  cache {
    ${cache}
  }
  forward . 10.96.0.10 {
    force_tcp
  }
}
.:53 {
  cache 30
  forward . /etc/resolv.conf
}`

function chainOf(...args: Parameters<typeof readChain>): CacheChain {
  const reading = readChain(...args)
  if (!reading.ok) throw new Error(reading.problems.join())
  return reading.chain
}
const codes = (chain: CacheChain) => chain.flags.map(f => f.code)

describe('readChain', () => {
  it('takes the smallest of authority, CoreDNS and node cache, from the block for the cluster zone', () => {
    const chain = chainOf({
      coreDns: { corefile: CORE('ttl 300', 'cache 120'), version: '1.11.3' },
      nodeCache: { corefile: NODE('success 9984 60\n denial 9984 5') },
      readAt: 5,
    })
    expect(chain).toMatchObject({ basis: 'estimated', authorityTtlSeconds: 300, replicas: 2, readAt: 5 })
    expect(chain.coreDns).toMatchObject({ ttlSeconds: 120, denialTtlSeconds: 120, version: [1, 11, 3] })
    expect(chain.nodeCache).toMatchObject({
      ttlSeconds: 60,
      denialTtlSeconds: 5,
      forceTcp: true,
      successCapacity: 9984,
    })
    expect(codes(chain)).toEqual(['denial-ttl-short', 'no-serve-stale'])
  })

  it('knows how long a restarted CoreDNS waits for the API server', () => {
    expect(chainOf({ coreDns: { corefile: CORE() } }).startupSeconds).toBe(5)
    expect(chainOf({ coreDns: { corefile: CORE('startup_timeout 20s') } }).startupSeconds).toBe(20)
  })

  it('lifts short TTLs to MINTTL, and says that a short authority TTL rules', () => {
    const chain = chainOf({ coreDns: { corefile: CORE('ttl 0', 'cache 3600') } })
    expect(chain.coreDns?.ttlSeconds).toBe(5)
    expect(codes(chain)).toContain('authority-ttl-short')
    expect(codes(chain)).toContain('no-node-cache')
  })

  it('sees what is not cached: other zones, disabled success, no cache at all', () => {
    expect(chainOf({ coreDns: { corefile: CORE('', 'cache 30 example.org') } }).coreDns).toBeNull()
    expect(chainOf({ coreDns: { corefile: CORE('', 'cache {\n disable success\n}') } }).coreDns).toBeNull()
    const none = chainOf({ coreDns: { corefile: CORE('', '') } })
    expect(codes(none)).toContain('names-not-cached')
  })

  it('flags immediate serve_stale by version, and reload', () => {
    const stale = (version?: string) =>
      codes(
        chainOf({
          coreDns: { corefile: CORE('', 'cache 30\n reload 10s') },
          nodeCache: { corefile: NODE('serve_stale 1h immediate'), version },
        }),
      )
    expect(stale('1.13.1')).toContain('stale-immediate-fragile')
    expect(stale()).toContain('stale-immediate-fragile')
    expect(stale('1.14.4')).not.toContain('stale-immediate-fragile')
    expect(stale('1.14.4')).toContain('reload-on')
  })

  it('refuses a broken file by name and line, so that the last good chain is kept', () => {
    const reading = readChain({
      coreDns: { corefile: CORE('ttl 9999') },
      nodeCache: { corefile: 'cluster.local {\n' },
    })
    expect(reading).toEqual({
      ok: false,
      problems: [
        'CoreDNS Corefile, line 4: ttl must be in range [0, 3600]: 9999',
        'node cache Corefile, line 1: the server block of line 1 has no closing brace',
      ],
    })
  })

  it('assumes the stock chain when nothing was read, and says so', () => {
    expect(assumedChain(60)).toMatchObject({
      basis: 'assumed',
      nodeCache: null,
      applicationTtlSeconds: 60,
      notes: ['No Corefile has been read; the stock one is assumed.'],
    })
  })

  it('reads another cluster domain', () => {
    const corefile = '.:53 {\n kubernetes corp.example {\n ttl 60\n }\n cache 45\n}'
    expect(chainOf({ coreDns: { corefile }, clusterDomain: 'Corp.Example' }).coreDns?.ttlSeconds).toBe(45)
  })
})
