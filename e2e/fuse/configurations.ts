import type { CoreDnsBinary, CoreDnsMissing } from '../controlplane/coredns-binary'
import { coreDnsCorefile, nodeCacheCorefile } from '../controlplane/corefiles'
import { coreDnsKubeconfig, type DnsServer, freeDnsPorts } from '../controlplane/dns-servers'
import type { RunPaths } from '../controlplane/paths'

/** One way to configure the chain. What it does not say is as kubeadm and the NodeLocal DNSCache add-on ship it. */
export interface Configuration {
  name: string
  /** TTL that CoreDNS gives to records, and the node cache's maximum. */
  ttlSeconds: number
  /** Further lines of the node cache's `cache` block; null for no node cache at all. */
  nodeCache: string[] | null
  /** A node cache older than 1.14.4, as in images that are in use. */
  older?: true
}

/**
 * The incident's allowance of an hour is scaled to half a minute, and "larger TTL" to twice the shipped one: the model
 * knows no other scale than these durations and the rate of lookups, so shorter ones test it as well.
 */
const configurations: Configuration[] = [
  { name: 'stock', ttlSeconds: 30, nodeCache: [] },
  { name: 'no node cache', ttlSeconds: 30, nodeCache: null },
  { name: 'serve_stale immediate', ttlSeconds: 30, nodeCache: ['serve_stale 30s immediate'] },
  { name: 'serve_stale verify', ttlSeconds: 30, nodeCache: ['serve_stale 30s verify'] },
  {
    name: 'serve_stale immediate before 1.14.4',
    ttlSeconds: 30,
    nodeCache: ['serve_stale 30s immediate'],
    older: true,
  },
  { name: 'prefetch', ttlSeconds: 30, nodeCache: ['prefetch 1 1m 50%'] },
  { name: 'larger TTL', ttlSeconds: 60, nodeCache: [] },
]

/** A configuration as it runs: the Corefiles that its processes read, and the ports that programs ask. */
export interface RunningChain extends Configuration {
  coreDns: { corefile: string; version: string }
  /** Of the first node; the others differ in their ports alone. */
  node: { corefile: string; version: string } | null
  ports: number[]
  /** Of the CoreDNS behind it. */
  upstreamPort: number
}

/** The processes of all configurations, and how each configuration is reached. */
export interface FuseServers {
  servers: DnsServer[]
  /** Names of the servers that answer from the cluster: those that are restarted at T0. */
  uppers: string[]
  chains: RunningChain[]
  /** Configurations that cannot run on this machine, and why. */
  skipped: { configuration: string; skipped: string }[]
}

/** One CoreDNS for each TTL, and `nodes` node caches of each configuration in front of it. */
export async function layOut(
  paths: RunPaths,
  binaries: { current: CoreDnsBinary; older: CoreDnsBinary | CoreDnsMissing },
  nodes: number,
): Promise<FuseServers> {
  const { older } = binaries
  const possible = configurations.filter(({ older: wantsOlder }) => !wantsOlder || !('missing' in older))
  const ttls = [...new Set(configurations.map(({ ttlSeconds }) => ttlSeconds))]
  const free = await freeDnsPorts(ttls.length + nodes * possible.length)
  const takePorts = () => {
    const ports = free.pop()
    if (!ports) throw new Error('more servers than ports')
    return ports
  }
  const uppers = new Map(
    ttls.map(ttlSeconds => {
      const ports = takePorts()
      const corefile = coreDnsCorefile({ ports, kubeconfig: coreDnsKubeconfig(paths) }, { ttlSeconds })
      const server: DnsServer = {
        name: `coredns-ttl-${ttlSeconds}`,
        binary: binaries.current,
        port: ports.dns,
        corefile,
      }
      return [ttlSeconds, server]
    }),
  )
  const servers = [...uppers.values()]
  const chains = possible.map((configuration): RunningChain => {
    const upper = uppers.get(configuration.ttlSeconds)
    if (!upper) throw new Error(`no CoreDNS with TTL ${configuration.ttlSeconds}`)
    const upstreamPort = upper.port
    const coreDns = { corefile: upper.corefile, version: upper.binary.version }
    if (!configuration.nodeCache)
      return { ...configuration, coreDns, node: null, ports: [upper.port], upstreamPort }
    const binary = configuration.older && !('missing' in older) ? older : binaries.current
    const cache = [`success 9984 ${configuration.ttlSeconds}`, 'denial 9984 5', ...configuration.nodeCache]
    const own = Array.from({ length: nodes }, (_, i): DnsServer => {
      const ports = takePorts()
      const name = `${configuration.name.replace(/[^a-z0-9]+/gi, '-')}-node-${i + 1}`
      const corefile = nodeCacheCorefile({ ports, upstream: `127.0.0.1:${upper.port}` }, cache)
      return { name, binary, port: ports.dns, corefile }
    })
    servers.push(...own)
    const node = { corefile: own[0]?.corefile ?? '', version: binary.version }
    return { ...configuration, coreDns, node, ports: own.map(({ port }) => port), upstreamPort }
  })
  const skipped = configurations
    .filter(configuration => !possible.includes(configuration))
    .map(({ name }) => ({ configuration: name, skipped: 'missing' in older ? older.missing : '' }))
  return { servers, uppers: [...uppers.values()].map(({ name }) => name), chains, skipped }
}
