import { describe, expect, it } from 'vitest'
import { type ChainSources, readChain } from '../chain/read-chain'
import { readCorefile } from '../corefile/read-corefile'
import { CurveCache } from '../fuse/curve-cache'
import { diffLines } from './diff-lines'
import { raiseCacheTtl, setProperty } from './edit-corefile'
import { rankChanges } from './rank-changes'
import { survivalBudget } from './survival-budget'

const CORE = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       ttl 30
    }
    forward . /etc/resolv.conf
    cache 30 # keep
    reload
}
`
const NODE = `cluster.local:53 {
    cache {
        success 9984 30
        denial 9984 5
    }
    forward . 10.96.0.10 {
        force_tcp
    }
}
.:53 {
    cache 30
}
`
const STOCK: ChainSources = { coreDns: { corefile: CORE, version: '1.11.3' }, nodeCache: { corefile: NODE } }
const curves = new CurveCache()

/** Applies a unified diff as `patch` would, to see that it says what it does. */
function patch(text: string, diff: string): string {
  const lines = text.split('\n')
  let shift = 0
  for (const hunk of diff.split(/^@@ /m).slice(1)) {
    const [head = '', ...body] = hunk.replace(/\n$/, '').split('\n')
    const at = Number(/^-(\d+)/.exec(head)?.[1]) - 1 + shift
    const old = body.filter(line => !line.startsWith('+')).map(line => line.slice(1))
    const now = body.filter(line => !line.startsWith('-')).map(line => line.slice(1))
    expect(lines.slice(at, at + old.length)).toEqual(old)
    lines.splice(at, old.length, ...now)
    shift += now.length - old.length
  }
  return lines.join('\n')
}

describe('survivalBudget', () => {
  it('is longer with caches that outlive CoreDNS', () => {
    const budget = (sources: ChainSources) => {
      const reading = readChain(sources)
      if (!reading.ok) throw new Error(reading.problems.join())
      return survivalBudget(reading.chain, curves)
    }
    const bare = budget({ coreDns: STOCK.coreDns })
    const stock = budget(STOCK)
    expect(stock.felt.p50).toBeGreaterThan(bare.felt.p50)
    expect(stock.dry.p50).toBeGreaterThan(stock.felt.p50)
    expect(stock.flags.map(f => f.code)).toContain('reload-on')
  })
})

describe('rankChanges', () => {
  it('ranks what can be changed by the seconds gained, with diffs that apply and read', () => {
    const changes = rankChanges(STOCK, curves)
    expect(changes.map(c => c.code)).toEqual(['serve-stale', 'raise-ttl', 'prefetch'])
    expect(changes[0]?.gainSeconds).toBeGreaterThan(3000)
    const gains = changes.map(c => c.gainSeconds)
    expect(gains).toEqual([...gains].sort((a, b) => b - a))
    for (const { diffs } of changes) {
      expect(diffs.length).toBeGreaterThan(0)
      for (const { file, diff } of diffs) {
        const patched = patch(file.includes('node') ? NODE : CORE, diff)
        expect(readCorefile(patched).errors).toEqual([])
      }
    }
    const stale = changes[0]?.diffs[0]
    expect(stale?.diff).toContain('+        serve_stale 1h verify')
  })

  it('proposes full TTLs from CoreDNS where copies age behind several of them', () => {
    const codes = (replicas: number) => rankChanges({ ...STOCK, replicas }, curves).map(c => c.code)
    expect(codes(3)).toContain('keepttl')
    // One upper cache hands every node its own phase, so that nothing is lost to ageing.
    expect(codes(1)).not.toContain('keepttl')
  })

  it('proposes a node cache where there is none, and immediate where the version allows it', () => {
    expect(rankChanges({ coreDns: STOCK.coreDns }, curves).map(c => c.code)).toContain('add-node-cache')
    const recent = rankChanges({ ...STOCK, nodeCache: { corefile: NODE, version: '1.14.7' } }, curves)
    expect(recent.find(c => c.code === 'serve-stale')?.diffs[0]?.diff).toContain('serve_stale 1h immediate')
  })

  it('raises every TTL that stands in the way', () => {
    const raise = rankChanges(STOCK, curves).find(c => c.code === 'raise-ttl')
    const [core, node] = raise?.diffs ?? []
    const reading = readChain({
      coreDns: { corefile: patch(CORE, core?.diff ?? '') },
      nodeCache: { corefile: patch(NODE, node?.diff ?? '') },
    })
    expect(reading).toMatchObject({
      ok: true,
      chain: { nodeCache: { ttlSeconds: 300 }, coreDns: { ttlSeconds: 300 } },
    })
  })

  it('has nothing to say about files that it cannot read', () => {
    expect(rankChanges({ coreDns: { corefile: '. {' } }, curves)).toEqual([])
    expect(rankChanges({}, curves)).toEqual([])
  })
})

describe('editing', () => {
  it('opens a block, replaces a property, keeps comments elsewhere', () => {
    const opened = setProperty('. {\n  cache 30 # why\n}\n', 'cache', 2, 'keepttl', '')
    expect(opened).toBe('. {\n  cache 30 { # why\n      keepttl\n  }\n}\n')
    expect(setProperty(CORE, 'kubernetes', 3, 'ttl', '60')).toBe(CORE.replace('ttl 30', 'ttl 60'))
    expect(setProperty(CORE, 'cache', 1, 'keepttl', '')).toBeUndefined()
    expect(setProperty('. {\n cache 30 { }\n}', 'cache', 2, 'keepttl', '')).toBeUndefined()
    expect(raiseCacheTtl(NODE, 2, 10)).toBe(NODE)
  })

  it('diffs are empty for equal texts and hunks stand apart', () => {
    expect(diffLines('a\nb', 'a\nb', 'f')).toBe('')
    const before = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n')
    const after = before.replace('line 1\n', '').replace('line 18', 'line x')
    const diff = diffLines(before, after, 'f')
    expect(diff.match(/^@@/gm)).toHaveLength(2)
    expect(patch(before, diff)).toBe(after)
    const long = Array.from({ length: 9000 }, (_, i) => `${i}`)
    const turned = [...long].reverse().join('\n')
    expect(patch(long.join('\n'), diffLines(long.join('\n'), turned, 'f'))).toBe(turned)
  })
})
