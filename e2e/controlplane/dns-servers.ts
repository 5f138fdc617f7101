import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { CoreDnsBinary } from './coredns-binary'
import { coreDnsCorefile, type DnsPorts, nodeCacheCorefile } from './corefiles'
import type { RunPaths } from './paths'
import { until } from './seed'

const loopback = '127.0.0.1'

/** One process of CoreDNS that belongs to a run. */
export interface DnsServer {
  /** As the other programs are named: its log, its pid file and its hold are called so. */
  name: string
  binary: CoreDnsBinary
  /** Where it answers over UDP and TCP. */
  port: number
  corefile: string
}

/** What the run's record says of it: the Corefile stands in a file of its own. */
export type DnsServerRecord = Omit<DnsServer, 'corefile'>

/** CoreDNS as kubeadm configures it, and in front of it a node cache as NodeLocal DNSCache configures it. */
export async function stockDnsServers(binary: CoreDnsBinary, paths: RunPaths): Promise<DnsServer[]> {
  const [upper, node] = await freeDnsPorts(2)
  if (!upper || !node) throw new Error('no free ports')
  const upstream = `${loopback}:${upper.dns}`
  return [
    {
      name: 'coredns',
      binary,
      port: upper.dns,
      corefile: coreDnsCorefile({ ports: upper, kubeconfig: coreDnsKubeconfig(paths) }),
    },
    {
      name: 'node-cache',
      binary,
      port: node.dns,
      corefile: nodeCacheCorefile({ ports: node, upstream }),
    },
  ]
}

/** The kubeconfig of CoreDNS' own identity: the account `kube-system/coredns`. */
export function coreDnsKubeconfig(paths: RunPaths): string {
  return join(paths.pki, 'coredns.kubeconfig')
}

export function corefilePath(paths: RunPaths, name: string): string {
  return join(paths.dns, `${name}.Corefile`)
}

/** Writes the Corefiles, and holds their servers back until the cluster has what they are to answer. */
export function prepareDnsServers(paths: RunPaths, servers: readonly DnsServer[]): void {
  for (const { name, corefile } of servers) {
    writeFileSync(corefilePath(paths, name), corefile, { mode: 0o600 })
    writeFileSync(join(paths.held, name), '')
  }
}

/** Lets the servers start; resolves when each of them answers for a Service of the cluster. */
export async function releaseDnsServers(
  paths: RunPaths,
  servers: readonly DnsServerRecord[],
  timeoutMs: number,
): Promise<void> {
  for (const { name } of servers) rmSync(join(paths.held, name), { force: true })
  for (const { name, port } of servers) {
    await until(`${name} to answer`, timeoutMs, () =>
      resolves(port, 'kube-dns.kube-system.svc.cluster.local'),
    )
  }
}

/** Whether a server of loopback has an address for a name, within a second. */
async function resolves(port: number, name: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  resolver.setServers([`${loopback}:${port}`])
  return (await resolver.resolve4(name)).length > 0
}

/** Ports of loopback for so many CoreDNS processes, all different, free for UDP as well as for TCP. */
export async function freeDnsPorts(servers: number): Promise<DnsPorts[]> {
  const taken: { port: number; close: () => Promise<void> }[] = []
  try {
    while (taken.length < servers * 4) taken.push(await takePort())
    const ports = taken.map(({ port }) => port)
    return Array.from({ length: servers }, (_, i) => {
      const [dns = 0, health = 0, ready = 0, metrics = 0] = ports.slice(4 * i, 4 * i + 4)
      return { dns, health, ready, metrics }
    })
  } finally {
    await Promise.all(taken.map(({ close }) => close()))
  }
}

async function takePort(): Promise<{ port: number; close: () => Promise<void> }> {
  for (let tries = 0; ; tries++) {
    const tcp = createServer()
    const port = await new Promise<number>((resolve, reject) => {
      tcp.once('error', reject)
      tcp.listen(0, loopback, () => {
        const address = tcp.address()
        resolve(address && typeof address === 'object' ? address.port : 0)
      })
    })
    const udp = createSocket('udp4')
    const close = async () => {
      await new Promise<void>(resolve => udp.close(() => resolve()))
      await new Promise<void>(resolve => tcp.close(() => resolve()))
    }
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once('error', reject)
        udp.bind(port, loopback, resolve)
      })
      return { port, close }
    } catch (error) {
      await close()
      if (tries === 20) throw error
    }
  }
}
