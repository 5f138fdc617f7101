import { createFleet } from './create-fleet'
import { shiftTraffic } from './levers'
import { clamp, seededRandom, shuffled } from './random'
import { recoveryTeams } from './recovery-teams'
import { ringSteps } from './roll-out'
import type { ScenarioScript } from './scenario-script'
import { secondAt } from './scenario-time'
import type { ModelCluster, ScenarioOptions } from './types'

/** The first ring is small clusters; the large ones come last and fast (post-mortem of 2024-12-11: 14:51–15:20). */
const SMALL_NODES = 900
const SMALL_RING = [secondAt(14, 51), secondAt(15, 10)] as const
const LARGE_RING = [secondAt(15, 10), secondAt(15, 20)] as const
const SHIFT_FROM = secondAt(15, 27)
const SHIFT_SECONDS = 45 * 60
const SHIFTED_MOST = 0.3
/** CoreDNS replicas are lost within a minute or two of the API: restarts, evictions, NotReady nodes. */
export const DEC_11_DNS_FRAGILITY = 1 / 60

/** The incident of 2024-12-11, with its own human response unless `hands` is `none`. */
export function dec11Script(seed: number, { hands = 'historical' }: ScenarioOptions): ScenarioScript {
  const random = seededRandom(seed * 104_729 + 3)
  const clusters = createFleet({ seed, all: { dnsFragility: DEC_11_DNS_FRAGILITY } })
  const small = shuffled(
    clusters.filter(({ nodes }) => nodes < SMALL_NODES),
    random,
  )
  const large = shuffled(
    clusters.filter(({ nodes }) => nodes >= SMALL_NODES),
    random,
  )
  const steps = [...ringSteps(small, ...SMALL_RING), ...ringSteps(large, ...LARGE_RING)]
  const lost = new Set<ModelCluster>()
  const shifted = new Set<ModelCluster>()
  const teams = hands === 'historical' ? recoveryTeams(lost, random) : undefined
  let applied = 0

  return {
    clusters,
    play(second, emit) {
      for (let step = steps[applied]; step && step.second <= second; step = steps[applied]) {
        applied++
        emit({ kind: 'apply-workload', second, cluster: step.cluster })
      }
      for (const cluster of clusters) if (cluster.dnsLostAt !== undefined) lost.add(cluster)
      if (second >= SHIFT_FROM) {
        const share = SHIFTED_MOST * clamp((second - SHIFT_FROM) / SHIFT_SECONDS, 0, 1)
        for (const cluster of lost) {
          shiftTraffic(cluster, share)
          if (shifted.has(cluster)) continue
          shifted.add(cluster)
          emit({ kind: 'traffic-shift-began', second, cluster })
        }
      }
      teams?.(second, emit)
    },
  }
}
