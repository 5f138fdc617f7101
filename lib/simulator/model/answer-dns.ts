import { exponential } from './random'
import type { DnsAnswer, ModelCluster, Product } from './types'

const ZONE = '.svc.cluster.local'
/** TTL of negative answers in the node cache. */
const DENIAL_SECONDS = 5
/** CoreDNS that restarted without the API answers SERVFAIL; what is evicted or crashes answers nothing. */
const UNSYNCED_SHARE = 0.6

const SERVICES: Record<Product, readonly string[]> = {
  chat: ['gateway.chat', 'conversation.chat', 'completion.chat', 'session-store.chat'],
  api: ['gateway.api', 'router.api', 'inference.api', 'quota.api'],
  video: ['gateway.video', 'render.video', 'queue.video', 'media-store.video'],
}
const COMMON_SERVICES = [
  'kubernetes.default',
  'kube-dns.kube-system',
  'identity.platform',
  'billing.platform',
]

/** Services of a product as `service.namespace`. */
export function productServices(product: Product): readonly string[] {
  return SERVICES[product]
}

/** Services of a cluster as `service.namespace`; all other names below the cluster's zone do not exist. */
export function serviceNames(cluster: ModelCluster): string[] {
  return [...COMMON_SERVICES, ...SERVICES[cluster.product]]
}

/**
 * What the node cache `resolverIndex` answers now. Names of services come from its cache as long as they last, and
 * their TTL counts down; all others, nonce names above all, take the live path through one CoreDNS replica.
 */
export function answerDns(
  cluster: ModelCluster,
  name: string,
  type: string,
  resolverIndex: number,
  random: () => number,
): DnsAnswer {
  const asked = name.toLowerCase().replace(/\.$/, '')
  const service = asked.endsWith(ZONE) ? asked.slice(0, -ZONE.length) : undefined
  const known = service !== undefined && serviceNames(cluster).includes(service)
  if (known && type === 'A') {
    const address = addressOf(cluster, service)
    const left = secondsCached(cluster, service, resolverIndex)
    if (left > 0)
      return { outcome: 'answer', latencyMs: 0.2 + 0.3 * random(), ttlSeconds: Math.floor(left), address }
    return livePath(cluster, random, {
      outcome: 'answer',
      latencyMs: 0,
      ttlSeconds: cluster.dnsTtlSeconds,
      address,
    })
  }
  return livePath(cluster, random, {
    outcome: known ? 'no-data' : 'nxdomain',
    latencyMs: 0,
    ttlSeconds: DENIAL_SECONDS,
  })
}

function livePath(cluster: ModelCluster, random: () => number, answer: DnsAnswer): DnsAnswer {
  const latencyMs = 1 + 2 * exponential(random)
  if (random() < cluster.dnsSynced) return { ...answer, latencyMs }
  const unsynced = cluster.dnsBreakRate === 0 && random() < UNSYNCED_SHARE
  return unsynced ? { outcome: 'servfail', latencyMs } : { outcome: 'timeout', latencyMs: 5000 }
}

/**
 * Seconds a record has left. A hot record is fetched again as soon as it expires, at its own phase; since CoreDNS was
 * lost it only counts down.
 */
function secondsCached(cluster: ModelCluster, service: string, resolverIndex: number): number {
  const ttl = cluster.dnsTtlSeconds
  const phase = hash(`${cluster.name}/${resolverIndex}/${service}`) / 2 ** 32
  const leftAt = (second: number) => ttl * (1 - fraction(phase + second / ttl))
  if (cluster.dnsLostAt === undefined) return leftAt(cluster.second)
  return leftAt(cluster.dnsLostAt) - (cluster.second - cluster.dnsLostAt)
}

function addressOf(cluster: ModelCluster, service: string): string {
  const bits = hash(`${cluster.name}/${service}`)
  return `10.96.${(bits >>> 8) & 255}.${1 + (bits & 127)}`
}

function fraction(value: number): number {
  return value - Math.floor(value)
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  return bits >>> 0
}
