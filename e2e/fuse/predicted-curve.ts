import { readChain } from '../../lib/dns/chain/read-chain'
import type { CacheChain } from '../../lib/dns/chain/types'
import { FuseTracker } from '../../lib/dns/fuse/fuse-tracker'
import { recordShare } from '../../lib/dns/fuse/record-share'
import { shapeOf, type Traffic } from '../../lib/dns/fuse/shape'
import type { UpstreamFailure } from '../../lib/dns/model/stale-fate'
import { survivalFromAnswered } from '../../lib/dns/model/survival'
import type { ClusterFuse, SurvivalPoint } from '../../lib/dns/types'
import type { RunningChain } from './configurations'

/** What the product says of a chain at T0. Seconds count from T0, shares are of the middle of each second. */
export interface PredictedCurve {
  /** The survival band, in lookups. */
  band: SurvivalPoint[]
  fuse: ClusterFuse
  /** Share of names of which no lookup has failed, and of three names together, at the end of each second. */
  surviving: number[]
  survivingThree: number[]
}

/** What the node cache's metrics would tell of the traffic, and what only the bench knows: the rate of each name. */
export interface KnownTraffic {
  traffic: Traffic
  rates: readonly number[]
}

/** Reads the Corefiles as the product reads them. */
export function chainOf({ coreDns, node }: RunningChain): CacheChain {
  const reading = readChain({ coreDns, nodeCache: node, replicas: 1 })
  if (!reading.ok) throw new Error(reading.problems.join('; '))
  return reading.chain
}

/** The band is the product's own for a cluster whose live path began to fail at T0; it does not know the rates. */
export function predict(
  chain: CacheChain,
  failure: UpstreamFailure,
  { traffic, rates }: KnownTraffic,
  seconds: number,
): PredictedCurve {
  const t0 = 0
  const tracker = new FuseTracker()
  const livePath = { at: t0, state: 'failing' as const, failingSince: t0, failure }
  tracker.update({ clusterId: 'lab', chain, apiLostAt: t0, livePath, traffic }, t0)
  const fuse = tracker.fuse('lab', t0)
  if (!fuse) throw new Error('the fuse was not laid')
  const each = Array.from({ length: seconds }, (_, second) => second)
  const middles = each.map(second => t0 + (second + 0.5) * 1000)
  const names = survivalOfNames(chain, failure, { traffic, rates })
  return {
    band: tracker.curve('lab', middles),
    fuse,
    surviving: each.map(second => mean(rates.map(rate => names(second + 1, rate)))),
    survivingThree: each.map(second => {
      const alive = rates.map(rate => names(second + 1, rate))
      return mean(alive.slice(2).map((last, i) => (alive[i] ?? 0) * (alive[i + 1] ?? 0) * last))
    }),
  }
}

/** S of one name by its rate, from the product's J of this chain by the master rule. */
function survivalOfNames(
  chain: CacheChain,
  failure: UpstreamFailure,
  { traffic }: KnownTraffic,
): (t: number, rate: number) => number {
  // All that particles vary is known here: one CoreDNS, restarted at T0, and no doubt about the traffic.
  const known = { traffic: 1, skew: 1, delay: 0, ramp: 0, persistence: 1, choice: 0 }
  const record = recordShare(shapeOf(chain, 'first-failure', failure, traffic), known)
  const memory = new Map<string, number>()
  return (t, rate) => {
    const key = `${t}/${rate}`
    const seen = memory.get(key)
    if (seen !== undefined) return seen
    const s = survivalFromAnswered(t, rate, record.answered(rate), record.kinks)
    memory.set(key, s)
    return s
  }
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
