import { type ChainSources, readChain } from '../chain/read-chain'
import type { CacheChain } from '../chain/types'
import { readCorefile } from '../corefile/read-corefile'
import { isInZone, normalizeZone } from '../corefile/read-zone'
import type { CorefileServer } from '../corefile/types'
import type { CurveCache } from '../fuse/curve-cache'
import { isBefore } from '../model/coredns-version'
import { diffLines } from './diff-lines'
import { raiseCacheTtl, setProperty } from './edit-corefile'
import { type SurvivalBudget, survivalBudget } from './survival-budget'

/** One change that would lengthen a cluster's life without its control plane. */
export interface ReadinessChange {
  code: 'add-node-cache' | 'serve-stale' | 'raise-ttl' | 'prefetch' | 'keepttl'
  title: string
  /** What it costs or risks, in words. */
  risk: string
  /** Seconds that the budget grows by, over the particles' median; and the budget with it. */
  gainSeconds: number
  budget: SurvivalBudget
  /** Unified diffs of the Corefiles, or the whole file where there was none. */
  diffs: { file: string; diff: string }[]
}

const CORE_FILE = 'kube-system/coredns Corefile'
const NODE_FILE = 'kube-system/node-local-dns Corefile'
const LONGER_TTL = 300

/** NodeLocal DNSCache as its add-on ships it, with denials kept as long as answers. */
const NODE_CACHE = `cluster.local:53 {
    errors
    cache {
        success 9984 30
        denial 9984 30
    }
    reload
    loop
    bind 169.254.20.10
    forward . __PILLAR__CLUSTER__DNS__ {
        force_tcp
    }
    prometheus :9253
    health 169.254.20.10:8080
}
`

type Edited = Pick<ChainSources, 'coreDns' | 'nodeCache'>

/**
 * Tries each change on the Corefiles themselves, reads the chain again and ranks by the seconds gained. Changes that
 * do not apply, cannot be written as a diff or gain nothing are left out. Empty when the Corefiles do not read.
 */
export function rankChanges(sources: ChainSources, curves: CurveCache): ReadinessChange[] {
  const now = readChain(sources)
  if (!now.ok || !sources.coreDns) return []
  const before = survivalBudget(now.chain, curves)
  const changes: ReadinessChange[] = []
  for (const { code, title, risk, edit } of knobs(now.chain)) {
    const edited = edit(sources)
    if (!edited) continue
    const reading = readChain({ ...sources, ...edited })
    if (!reading.ok) continue
    const budget = survivalBudget(reading.chain, curves)
    const gainSeconds = budget.felt.p50 - before.felt.p50
    if (gainSeconds < 0.5) continue
    changes.push({ code, title, risk, gainSeconds, budget, diffs: diffsOf(sources, edited) })
  }
  return changes.sort((a, b) => b.gainSeconds - a.gainSeconds)
}

interface Knob extends Pick<ReadinessChange, 'code' | 'title' | 'risk'> {
  edit: (sources: ChainSources) => Edited | undefined
}

function knobs(chain: CacheChain): Knob[] {
  const version = chain.nodeCache?.version
  // verify survives an upstream that answers SERVFAIL on every version; immediate only from 1.14.4 on.
  const mode = version && !isBefore(version, [1, 14, 4]) ? 'immediate' : 'verify'
  return [
    {
      code: 'add-node-cache',
      title: 'Install NodeLocal DNSCache',
      risk: 'A DaemonSet on every node that all lookups pass; its restart is a short outage of that node’s DNS.',
      edit: sources => (sources.nodeCache ? undefined : { nodeCache: { corefile: NODE_CACHE } }),
    },
    {
      code: 'serve-stale',
      title: `Serve expired names for an hour from the node cache (serve_stale, ${mode})`,
      risk: 'Names of deleted pods and moved headless Services may be answered for up to an hour while CoreDNS is away.',
      edit: sources =>
        chain.nodeCache?.serveStale
          ? undefined
          : onNode(sources, (text, line) => setProperty(text, 'cache', line, 'serve_stale', `1h ${mode}`)),
    },
    {
      code: 'prefetch',
      title: 'Refresh names in the second half of their TTL (prefetch)',
      risk: 'Up to twice the queries to CoreDNS.',
      edit: sources =>
        chain.nodeCache?.prefetch
          ? undefined
          : onNode(sources, (text, line) => setProperty(text, 'cache', line, 'prefetch', '1 1m 50%')),
    },
    {
      code: 'raise-ttl',
      title: `Let names live for ${LONGER_TTL} s in the kubernetes plugin and both caches`,
      risk: `Changed addresses of headless Services and new cluster IPs are seen up to ${LONGER_TTL} s later.`,
      edit: raiseTtl,
    },
    {
      code: 'keepttl',
      title: 'Hand full TTLs down to the node caches (keepttl in CoreDNS)',
      risk: 'A changed record may be kept for two TTLs; clients cannot tell how old an answer is.',
      edit: sources =>
        chain.nodeCache && chain.coreDns && !chain.coreDns.keepttl
          ? onCore(sources, (text, server) =>
              server.cache ? setProperty(text, 'cache', server.cache.line, 'keepttl', '') : undefined,
            )
          : undefined,
    },
  ]
}

function serverOf(
  source: NonNullable<ChainSources['coreDns']>,
  sources: ChainSources,
): CorefileServer | undefined {
  const zone = normalizeZone(sources.clusterDomain ?? 'cluster.local')
  return readCorefile(source.corefile, source)
    .servers.filter(server => server.zones.some(z => isInZone(zone, z.zone)))
    .sort((a, b) => longest(b) - longest(a))[0]
}

const longest = (server: CorefileServer) => Math.max(...server.zones.map(z => z.zone.length))

function onCore(
  sources: ChainSources,
  edit: (text: string, server: CorefileServer) => string | undefined,
): Edited | undefined {
  const { coreDns } = sources
  const server = coreDns && serverOf(coreDns, sources)
  const corefile = server && edit(coreDns.corefile, server)
  return corefile === undefined ? undefined : { coreDns: { ...coreDns, corefile } as ChainSources['coreDns'] }
}

function onNode(
  sources: ChainSources,
  edit: (text: string, cacheLine: number) => string | undefined,
): Edited | undefined {
  const { nodeCache } = sources
  const line = nodeCache ? serverOf(nodeCache, sources)?.cache?.line : undefined
  const corefile = nodeCache && line !== undefined ? edit(nodeCache.corefile, line) : undefined
  return nodeCache && corefile !== undefined ? { nodeCache: { ...nodeCache, corefile } } : undefined
}

function raiseTtl(sources: ChainSources): Edited | undefined {
  const core = onCore(sources, (text, server) => {
    const { cache, kubernetes } = server
    if (!kubernetes || kubernetes.ttlSeconds >= LONGER_TTL) return undefined
    const cached = cache ? raiseCacheTtl(text, cache.line, LONGER_TTL) : text
    return cached === undefined
      ? undefined
      : setProperty(cached, 'kubernetes', kubernetes.line, 'ttl', String(LONGER_TTL))
  })
  if (!core) return undefined
  return { ...core, ...onNode(sources, (text, line) => raiseCacheTtl(text, line, LONGER_TTL)) }
}

function diffsOf(before: ChainSources, after: Edited): ReadinessChange['diffs'] {
  const files = [
    { file: CORE_FILE, old: before.coreDns?.corefile, now: after.coreDns?.corefile },
    { file: NODE_FILE, old: before.nodeCache?.corefile, now: after.nodeCache?.corefile },
  ]
  return files.flatMap(({ file, old, now }) => {
    if (now === undefined || now === old) return []
    return [{ file, diff: old === undefined ? now : diffLines(old, now, file) }]
  })
}
