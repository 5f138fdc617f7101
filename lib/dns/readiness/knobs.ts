import type { ChainSources } from '../chain/read-chain'
import type { CacheChain } from '../chain/types'
import { readCorefile } from '../corefile/read-corefile'
import { isInZone, normalizeZone } from '../corefile/read-zone'
import type { CorefileServer } from '../corefile/types'
import { type ProgramKind, withFullNames } from '../fuse/programs'
import { isBefore } from '../model/coredns-version'
import type { Resolver } from '../model/lookup-records'
import { insertBefore, raiseCacheTtl, setProperty } from './edit-corefile'
import { fullNamesPatch, NODE_CACHE, staticHosts } from './templates'

export type ChangeCode =
  | 'add-node-cache'
  | 'serve-stale'
  | 'serve-stale-verify'
  | 'raise-ttl'
  | 'raise-denial-ttl'
  | 'prefetch'
  | 'keepttl'
  | 'full-names'
  | 'static-names'

export type Edited = Pick<ChainSources, 'coreDns' | 'nodeCache'>

/** Something that can be turned: an edit of the Corefiles, or of how programs resolve. */
export interface Knob {
  code: ChangeCode
  title: string
  risk: string
  /** Whom it helps, when not everybody. */
  programs?: Exclude<ProgramKind, 'patient'>
  edit?: (sources: ChainSources) => Edited | undefined
  /** Instead of an edit: how programs resolve afterwards, and what to apply to their pods. */
  resolver?: { now: Resolver; file: string; diff: string }
  /** Names that it makes static, which no cache has to keep. */
  isStatic?: true
}

const LONGER_TTL = 300

/** All that can be turned of a chain; what does not apply edits nothing. */
export function knobs(chain: CacheChain, criticalNames: readonly string[]): Knob[] {
  const { nodeCache, zone } = chain
  const version = nodeCache?.version
  // verify survives an upstream that answers SERVFAIL on every version; immediate only from 1.14.4 on.
  const isSafe = version !== undefined && !isBefore(version, [1, 14, 4])
  const mode = isSafe ? 'immediate' : 'verify'
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
        nodeCache?.serveStale
          ? undefined
          : onNode(sources, (text, line) => setProperty(text, 'cache', line, 'serve_stale', `1h ${mode}`)),
    },
    {
      code: 'serve-stale-verify',
      title: 'Serve expired names in mode verify: this version loses them to one SERVFAIL in mode immediate',
      risk: 'The first lookup of an expired name waits until CoreDNS has been asked, up to the forward plugin’s 5 s.',
      edit: sources =>
        nodeCache?.serveStale?.mode === 'immediate' && !isSafe
          ? onNode(sources, (text, line) =>
              setProperty(
                text,
                'cache',
                line,
                'serve_stale',
                `${nodeCache.serveStale?.durationSeconds ?? 3600}s verify`,
              ),
            )
          : undefined,
    },
    {
      code: 'prefetch',
      title: 'Refresh names in the second half of their TTL (prefetch)',
      risk: 'Up to twice the queries to CoreDNS.',
      edit: sources =>
        nodeCache?.prefetch
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
        nodeCache && chain.coreDns && !chain.coreDns.keepttl
          ? onServer(sources, 'coreDns', (text, { cache }) =>
              cache ? setProperty(text, 'cache', cache.line, 'keepttl', '') : undefined,
            )
          : undefined,
    },
    {
      code: 'raise-denial-ttl',
      title: `Keep denials as long as answers: ${nodeCache?.ttlSeconds ?? 0} s in the node cache`,
      risk: `A name that did not exist when it was asked for is found up to ${nodeCache?.ttlSeconds ?? 0} s after it was created.`,
      programs: 'musl',
      edit: sources =>
        nodeCache && nodeCache.denialTtlSeconds < nodeCache.ttlSeconds
          ? onNode(sources, (text, line) => raiseCacheTtl(text, line, nodeCache.ttlSeconds, 'denial'))
          : undefined,
    },
    {
      code: 'full-names',
      title: 'Write names in full with a dot at their end, or in full under ndots 2',
      risk: 'Short names in programs go on being searched for. Half of the queries and more are saved besides.',
      programs: 'musl-ipv4',
      resolver: { now: withFullNames('musl-ipv4'), ...fullNamesPatch(zone) },
    },
    {
      code: 'static-names',
      title: 'Pin the addresses of the services that matter most (hosts): these names expire no more',
      risk: 'To be kept by hand: a Service that is created anew gets another address, and the old one is answered until the line is mended.',
      isStatic: true,
      edit: sources =>
        onServer(sources, sources.nodeCache ? 'nodeCache' : 'coreDns', (text, server) => {
          const before = server.cache ? ('cache' as const) : ('kubernetes' as const)
          const line = server[before]?.line
          if (server.hosts || line === undefined) return undefined
          return insertBefore(text, before, line, staticHosts(criticalNames, zone))
        }),
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

function onServer(
  sources: ChainSources,
  which: 'coreDns' | 'nodeCache',
  edit: (text: string, server: CorefileServer) => string | undefined,
): Edited | undefined {
  const source = sources[which]
  const server = source && serverOf(source, sources)
  const corefile = server && edit(source.corefile, server)
  return corefile === undefined ? undefined : { [which]: { ...source, corefile } }
}

function onNode(
  sources: ChainSources,
  edit: (text: string, cacheLine: number) => string | undefined,
): Edited | undefined {
  return onServer(sources, 'nodeCache', (text, { cache }) => (cache ? edit(text, cache.line) : undefined))
}

function raiseTtl(sources: ChainSources): Edited | undefined {
  const core = onServer(sources, 'coreDns', (text, { cache, kubernetes }) => {
    if (!kubernetes || kubernetes.ttlSeconds >= LONGER_TTL) return undefined
    const cached = cache ? raiseCacheTtl(text, cache.line, LONGER_TTL) : text
    return cached === undefined
      ? undefined
      : setProperty(cached, 'kubernetes', kubernetes.line, 'ttl', String(LONGER_TTL))
  })
  if (!core) return undefined
  return { ...core, ...onNode(sources, (text, line) => raiseCacheTtl(text, line, LONGER_TTL)) }
}
