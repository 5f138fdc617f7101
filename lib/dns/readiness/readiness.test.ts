import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
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
    expect(changes.filter(c => c.helps === 'patient').map(c => c.code)).toEqual([
      'serve-stale',
      'raise-ttl',
      'prefetch',
    ])
    expect(changes[0]?.gainSeconds).toBeGreaterThan(3000)
    const everybody = changes.findIndex(c => c.helps !== 'patient')
    for (const part of [changes.slice(0, everybody), changes.slice(everybody)]) {
      const gains = part.map(c => c.gainSeconds)
      expect(gains).toEqual([...gains].sort((a, b) => b - a))
    }
    for (const { diffs, before, budget, gainSeconds } of changes) {
      expect(budget.felt.p50 - before.felt.p50).toBeCloseTo(gainSeconds, 6)
      expect(diffs.length).toBeGreaterThan(0)
      for (const { file, diff } of diffs.filter(one => one.file.includes('Corefile'))) {
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

  it('lengthens the life of programs on musl, which need denials too, and says for whom', () => {
    const changes = rankChanges(STOCK, curves)
    const denials = changes.find(c => c.code === 'raise-denial-ttl')
    expect(denials).toMatchObject({ helps: 'musl' })
    expect(denials?.diffs[0]?.diff).toContain('+        denial 9984 30')
    expect(denials?.diffs[0]?.diff).not.toContain('+        success')
    // Without the search there is no denial left that an IPv4 program needs: it lives as long as everybody.
    const full = changes.find(c => c.code === 'full-names')
    expect(full?.budget.felt.p50).toBeGreaterThan((full?.before.felt.p50 ?? 0) + 0.5)
    expect(parse(full?.diffs[0]?.diff ?? '')).toMatchObject({
      spec: { template: { spec: { dnsConfig: { options: [{ name: 'ndots', value: '2' }] } } } },
    })
    const even = NODE.replace('denial 9984 5', 'denial 9984 30')
    const codes = rankChanges({ ...STOCK, nodeCache: { corefile: even } }, curves).map(c => c.code)
    expect(codes).not.toContain('raise-denial-ttl')
    expect(codes).not.toContain('full-names')
  })

  it('pins names that were declared where a cache outlives CoreDNS, else in CoreDNS itself', () => {
    const pin = (sources: ChainSources, criticalNames?: string[]) =>
      rankChanges(sources, curves, { criticalNames }).find(c => c.code === 'static-names')
    const node = pin(STOCK, ['gateway.chat', 'router.api'])
    expect(node).toMatchObject({ helps: 'names', budget: { felt: { p50: 86_400 } } })
    const patched = patch(NODE, node?.diffs[0]?.diff ?? '')
    const [server] = readCorefile(patched).servers
    expect(server?.hosts).toMatchObject({ inline: 2, fallthrough: ['.'] })
    expect(patched).toContain('<CLUSTER-IP> gateway.chat.svc.cluster.local')
    const bare = pin({ coreDns: STOCK.coreDns })
    expect(bare?.diffs[0]?.file).toContain('coredns')
    expect(bare?.diffs[0]?.diff).toContain('kubernetes.default.svc.cluster.local')
    // Whoever has a hosts block keeps it by hand already.
    const own = { corefile: NODE.replace('    cache {', '    hosts {\n    }\n    cache {') }
    expect(pin({ ...STOCK, nodeCache: own })).toBeUndefined()
  })

  it('turns a fragile immediate into verify', () => {
    const fragile = { corefile: NODE.replace('denial 9984 5', 'denial 9984 5\n        serve_stale 30m') }
    const ranked = (version?: string) =>
      rankChanges({ ...STOCK, nodeCache: { ...fragile, version } }, curves).find(
        c => c.code === 'serve-stale-verify',
      )
    expect(ranked('1.11.3')?.diffs[0]?.diff).toContain('+        serve_stale 1800s verify')
    expect(ranked('1.11.3')?.gainSeconds).toBeGreaterThan(600)
    expect(ranked('1.14.7')).toBeUndefined()
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
