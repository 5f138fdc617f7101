import { readChain } from '../../lib/dns/chain/read-chain'
import type { CacheChain } from '../../lib/dns/chain/types'
import { FuseTracker } from '../../lib/dns/fuse/fuse-tracker'
import { fleetCurve, instantsAround, nextCliff, productFuse } from '../../lib/dns/fuse/roll-up'
import { layNames, type NameReading, nameFuses } from '../../lib/dns/probe/name-readings'

const CLUSTERS = 1000
const NAMES = 10
const SECONDS = 60
const START = Date.parse('2024-12-11T23:12:00Z')

/** A cluster with a node cache below CoreDNS and caches in programs: three layers. */
function chainOf(ttl: number): CacheChain {
  const reading = readChain({
    coreDns: { corefile: `. {\n kubernetes cluster.local {\n ttl ${ttl}\n }\n cache ${ttl}\n}` },
    nodeCache: { corefile: `cluster.local {\n cache {\n success 9984 ${ttl}\n }\n forward . 10.0.0.10\n}` },
    applicationTtlSeconds: 30,
  })
  if (!reading.ok) throw new Error(reading.problems.join('; '))
  return reading.chain
}

/**
 * CPU time a second of 1,000 burning clusters × 10 names × 3 layers: every cluster's fuse, every name's fuse, the
 * fleet's next cliff, three products and the hour's curve once a second; half of the clusters get a new probe view
 * every twelve seconds. Curves of a dozen different TTLs are built first and timed apart.
 */
export function* run(): Generator<Record<string, number | string>> {
  const tracker = new FuseTracker()
  const ids = Array.from({ length: CLUSTERS }, (_, i) => `c${i}`)
  const chains = Array.from({ length: 12 }, (_, i) => chainOf(600 + 60 * i))
  const feed = (index: number, now: number) => {
    const clusterId = ids[index] ?? ''
    const chain = chains[index % chains.length] as CacheChain
    const since = START + (index % 480) * 1000
    const bins = [{ at: since + 6000, asked: 2, failed: 1 }]
    const livePath = {
      at: now,
      state: 'failing' as const,
      failingSince: since,
      failure: 'servfail' as const,
      bins,
    }
    tracker.update(
      { clusterId, chain, apiLostAt: since, livePath: index % 2 === 0 ? livePath : undefined },
      now,
    )
  }
  const readings = Array.from({ length: NAMES }, (_, n): NameReading => {
    return { name: `n${n}`, resolver: 'r', readAt: START, ttlSeconds: 60 * n }
  })
  const names = ids.map(() => layNames(readings, { applicationTtlSeconds: 30, rate: 0.1 }))
  const build = cpuMs(() => {
    for (let i = 0; i < CLUSTERS; i++) feed(i, START + 480_000)
  })
  yield { figure: 'first laying of all fuses, curves built', cpuMs: round(build) }

  const tick = (second: number): number => {
    const now = START + 480_000 + second * 1000
    for (let i = second % 12; i < CLUSTERS; i += 12) feed(i, now)
    let seen = 0
    for (const fuse of tracker.fuses(now)) seen += fuse.resolvable.p50
    for (const each of names) seen += nameFuses(each, now).length
    const burning = ids.flatMap(id => tracker.basis(id)?.lit ?? [])
    const weighted = burning.map(lit => ({ lit, weight: 1 }))
    nextCliff(burning, now)
    for (let p = 0; p < 3; p++)
      productFuse(
        weighted.filter((_, i) => i % 3 === p),
        100,
        now,
      )
    return seen + fleetCurve(weighted, instantsAround(now)).length
  }
  for (let s = 0; s < 10; s++) tick(s)
  const total = cpuMs(() => {
    for (let s = 0; s < SECONDS; s++) tick(s)
  })
  yield {
    figure: `each second, ${CLUSTERS} clusters × ${NAMES} names × 3 layers`,
    cpuMs: round(total / SECONDS),
  }
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const round = (x: number) => Number(x.toFixed(2))
