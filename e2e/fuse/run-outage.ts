import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../lib/clock/system-clock'
import type { UpstreamFailure } from '../../lib/dns/model/stale-fate'
import { queryDns } from '../../lib/dns/probe/query-dns'
import { socketTransport } from '../../lib/dns/probe/socket-transport'
import { seededRandom } from '../../lib/simulator/model/random'
import { findCoreDns } from '../controlplane/coredns-binary'
import { until } from '../controlplane/seed'
import { startControlPlane } from '../controlplane/start-control-plane'
import { type FuseServers, layOut, type RunningChain } from './configurations'
import { LookupClients, type Lookups } from './lookup-clients'
import type { Timeline } from './measured-curve'

/** Every configuration runs on this many nodes: each is one more draw of the names' phases. */
const nodes = 3
const nameCount = 400
/** Lookups a second of one node, over names whose popularity falls as rank^−0.8. */
const lookupsPerSecond = 100
const skew = 0.8
/** Names come into use over the longest TTL, and then have as long again to settle. */
const warmSeconds = 130
const startsWithinSeconds = 60
/** CoreDNS answers from its store meanwhile: nothing may fail. */
const apiLostSeconds = 10
const burnSeconds = 72

/** All that was seen of one outage under every configuration. */
export interface Outage {
  chains: RunningChain[]
  skipped: FuseServers['skipped']
  names: string[]
  /** Lookups a second of each name at one node. */
  rates: number[]
  lookupsPerSecond: number
  /** By configuration, one entry a node. */
  lookups: Map<string, Lookups[]>
  timeline: Timeline
  /** What the restarted CoreDNS answers. */
  failure: UpstreamFailure
  /** Longest time for which a busy machine kept the clients from asking; names that wait together age together. */
  longestStallMs: number
}

/** Brings the lab up, lets it run warm, stops the API server and restarts CoreDNS, and takes the lab down again. */
export async function runOutage(options: {
  dir: string
  seed: number
  say: (line: string) => void
}): Promise<Outage> {
  const { dir, seed, say } = options
  const current = await findCoreDns({ allowBuild: true, say })
  if ('missing' in current) throw new Error(current.missing)
  const older = await findCoreDns({ allowBuild: true, minor: '1.13', say }).catch((error: Error) => ({
    missing: error.message,
  }))

  let laid: FuseServers | undefined
  const lab = await startControlPlane({
    dir,
    nodes: 1,
    services: nameCount,
    dns: async paths => {
      laid = await layOut(paths, { current, older }, nodes)
      return laid.servers
    },
    tiedToThisProcess: true,
    say,
  })
  const clients: { configuration: string; client: LookupClients }[] = []
  try {
    if (!laid) throw new Error('the lab started without asking for its DNS servers')
    const { chains, uppers, skipped } = laid
    const rng = seededRandom(seed)
    const names = Array.from({ length: nameCount }, (_, i) => `service-${i}.workload.svc.cluster.local`)
    const rates = popularity()
    for (const { name, ports } of chains) {
      for (const port of ports) {
        const client = await LookupClients.start({
          port,
          names,
          rates,
          startsWithinMs: startsWithinSeconds * 1000,
          rng,
        })
        clients.push({ configuration: name, client })
      }
    }
    const stalls = monitorEventLoopDelay({ resolution: 10 })
    stalls.enable()
    say(`${clients.length} nodes look up ${lookupsPerSecond} names a second each; ${warmSeconds} s to settle`)
    await sleep(warmSeconds * 1000)
    const apiLostAt = performance.now()
    await lab.halt('kube-apiserver')
    say('API server lost')
    await sleep(apiLostSeconds * 1000)
    const t0At = performance.now()
    await Promise.all(uppers.map(name => lab.halt(name)))
    await Promise.all(uppers.map(name => lab.resume(name)))
    say(`T0: CoreDNS restarted; ${burnSeconds} s to burn`)
    const answers = chains.map(({ upstreamPort }) => failureOf(upstreamPort, rng))
    await sleep(burnSeconds * 1000 - (performance.now() - t0At))
    const endedAt = performance.now()
    stalls.disable()
    await Promise.all(clients.map(({ client }) => client.stop()))
    const failures = new Set(await Promise.all(answers))
    const [failure, ...others] = failures
    if (!failure || others.length > 0) throw new Error(`CoreDNS failed in ${failures.size} ways after T0`)
    const lookups = new Map(
      chains.map(({ name }) => [
        name,
        clients.filter(({ configuration }) => configuration === name).map(({ client }) => client.lookups),
      ]),
    )
    const timeline = { apiLostAt, t0At, endedAt }
    const longestStallMs = Math.round(stalls.max / 1e6)
    return { chains, skipped, names, rates, lookupsPerSecond, lookups, timeline, failure, longestStallMs }
  } finally {
    await Promise.all(clients.map(({ client }) => client.stop()))
    await lab.stop()
  }
}

function popularity(): number[] {
  const weights = Array.from({ length: nameCount }, (_, i) => (i + 1) ** -skew)
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(weight => (lookupsPerSecond * weight) / sum)
}

/** What a restarted CoreDNS says to a name that no cache can hold, once it listens again; as the product's probe asks. */
async function failureOf(port: number, rng: () => number): Promise<UpstreamFailure> {
  let failure: UpstreamFailure | undefined
  await until('CoreDNS to listen again', 30_000, async () => {
    const name = `holdfast-${Math.floor(rng() * 1e9)}.default.svc.cluster.local`
    const server = { host: '127.0.0.1', port, family: 4 as const }
    const reply = await queryDns(
      { server, name, type: 'A', timeoutMs: 1000 },
      { clock: systemClock, transport: socketTransport, rng },
    )
    if (reply.result === 'servfail' || reply.result === 'nxdomain') failure = reply.result
    return failure !== undefined
  })
  if (!failure) throw new Error('CoreDNS does not answer')
  return failure
}
