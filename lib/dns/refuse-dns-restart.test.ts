import { describe, expect, it } from 'vitest'
import { refuseDnsRestart } from './refuse-dns-restart'
import type { ClusterFuse } from './types'

const fuse = (more: Partial<ClusterFuse>): ClusterFuse => ({
  clusterId: 'c',
  state: 'Fresh',
  resolvable: { p10: 1, p50: 1, p90: 1 },
  basis: 'estimated',
  notes: [],
  ...more,
})

describe('refuseDnsRestart', () => {
  it('refuses whenever a new CoreDNS would find no API server', () => {
    for (const state of ['Fresh', 'Burning', 'Dry'] as const) {
      expect(refuseDnsRestart(fuse({ state, apiLostAt: 1 }))?.guard).toBe('dns.no-restart')
    }
    expect(refuseDnsRestart(fuse({ state: 'Unknown' }))).not.toBeNull()
  })

  it('allows it while the API server serves, also to cure a CoreDNS that has failed by itself', () => {
    expect(refuseDnsRestart(fuse({ state: 'Fresh' }))).toBeNull()
    expect(refuseDnsRestart(fuse({ state: 'Burning', t0At: 1 }))).toBeNull()
  })
})
