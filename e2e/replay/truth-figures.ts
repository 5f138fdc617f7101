import type { ModelCluster } from '../../lib/simulator/model/types'
import { userImpact } from '../../lib/simulator/model/user-impact'

/** What really happened to a simulated fleet and its users, which only tests and benches may know. */
export class TruthFigures {
  /** Largest share of one product's requests that failed, and the second of it. */
  worstFailingShare = 0
  worstAt = 0
  /** Clusters whose API most requests failed at, and those whose DNS began to fail, at any time. */
  readonly lostApi = new Set<ModelCluster>()
  readonly lostDns = new Set<ModelCluster>()

  constructor(private readonly models: readonly ModelCluster[]) {}

  look(second: number): void {
    for (const model of this.models) {
      if (model.apiLostAt !== undefined) this.lostApi.add(model)
      if (model.dnsLostAt !== undefined) this.lostDns.add(model)
    }
    const worst = Math.max(...Object.values(userImpact(this.models)))
    if (worst <= this.worstFailingShare) return
    this.worstFailingShare = worst
    this.worstAt = second
  }
}
