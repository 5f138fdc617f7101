import { isBefore } from '../model/coredns-version'
import type { CacheChain, ChainFlag } from './types'

const SHORT_DENIAL_SECONDS = 30
const SHORT_AUTHORITY_SECONDS = 30

/** What in the chain would shorten the cluster's life without its control plane, in words. */
export function findFlags(chain: CacheChain, coreDnsReloadSeconds: number | null): ChainFlag[] {
  const flags: ChainFlag[] = []
  const add = (code: ChainFlag['code'], severity: ChainFlag['severity'], text: string) => {
    flags.push({ code, severity, text })
  }
  const { nodeCache, coreDns } = chain
  if (!nodeCache) {
    add(
      'no-node-cache',
      'warn',
      'No node cache: when CoreDNS restarts without the API server, its cache is gone and names fail at once.',
    )
  }
  const lowest = nodeCache ?? coreDns
  if (!lowest) add('names-not-cached', 'warn', `No DNS cache keeps names of ${chain.zone}.`)
  else {
    if (lowest.denialTtlSeconds < SHORT_DENIAL_SECONDS) {
      add(
        'denial-ttl-short',
        'warn',
        `Denials last ${lowest.denialTtlSeconds} s in ${lowest.name}: programs on musl that ask for AAAA or use a search path fail that soon.`,
      )
    }
    if (!lowest.serveStale)
      add('no-serve-stale', 'info', `No serve_stale in ${lowest.name}: expired names are not served.`)
    const version = lowest.version
    const fragile = !version || isBefore(version, [1, 14, 4])
    const known = version ? `CoreDNS ${version.join('.')}` : 'a CoreDNS of unknown version'
    if (fragile && lowest.serveStale?.mode === 'immediate') {
      add(
        'stale-immediate-fragile',
        'warn',
        `serve_stale immediate on ${known}: before 1.14.4 one SERVFAIL from upstream replaces the good answer. Use verify.`,
      )
    }
    if (fragile && lowest.prefetch && !lowest.serveStale) {
      add(
        'prefetch-fragile',
        'info',
        `prefetch on ${known}: a SERVFAIL from upstream replaces hot answers early.`,
      )
    }
  }
  if (coreDnsReloadSeconds !== null) {
    add(
      'reload-on',
      'warn',
      `CoreDNS reloads a changed Corefile every ${coreDnsReloadSeconds} s: a change while the API server is lost empties it.`,
    )
  }
  if (chain.authorityTtlSeconds < SHORT_AUTHORITY_SECONDS) {
    add(
      'authority-ttl-short',
      'info',
      `The kubernetes plugin gives TTL ${chain.authorityTtlSeconds} s: longer cache settings have no effect.`,
    )
  }
  return flags
}
