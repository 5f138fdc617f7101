import type { WorkloadTarget } from '../../lib/action/types'
import { messageOf } from './message-of'
import type { Replay } from './replay'
import { isSick } from './sickness'

const WHO = { name: 'the responder' }

/** What somebody on call did, and when (second of the scenario). */
interface Deed {
  second: number
  what: 'decided' | 'confirmed' | 'failed'
  clusters: number
  detail: string
}

/**
 * Somebody on call who trusts the first suspect once a cluster is sick, takes a minute to decide, and removes it
 * wherever it is. While the pipeline goes on, the clusters that it reaches afterwards get another removal each minute.
 */
export class Responder {
  readonly deeds: Deed[] = []
  readonly #asked = new Set<string>()
  #decidesAt: number | undefined
  #busy = false

  constructor(
    private readonly replay: Replay,
    private readonly reactionSeconds: number,
  ) {}

  /** Looks at what Holdfast shows, once a second. */
  look(second: number): void {
    const { watch } = this.replay
    const [first] = watch.suspects.suspects
    const sick = [...watch.records.values()].some(record => isSick(record.verdict.state))
    if (first && sick) this.#decidesAt ??= second + this.reactionSeconds
    if (!first || this.#busy || this.#decidesAt === undefined || second < this.#decidesAt) return
    const { kind, namespace, name } = first
    if (kind !== 'DaemonSet' && kind !== 'Deployment' && kind !== 'StatefulSet') return
    const carriers = this.#carriers({ kind, namespace, name }).filter(id => !this.#asked.has(id))
    if (carriers.length === 0) return
    this.#busy = true
    this.#decidesAt = second + this.reactionSeconds
    void this.#remove(second, { kind, namespace, name }, carriers).finally(() => {
      this.#busy = false
    })
  }

  /** Where the inventory shows it. */
  #carriers(target: WorkloadTarget): string[] {
    return [...this.replay.watch.records.values()].flatMap(({ cluster, workloads }) =>
      workloads
        .get(target.kind)
        ?.seen.some(({ namespace, name }) => namespace === target.namespace && name === target.name)
        ? cluster.id
        : [],
    )
  }

  async #remove(second: number, target: WorkloadTarget, clusterIds: string[]): Promise<void> {
    const { actions, simulated } = this.replay
    const reason = `${target.name} overloads the control planes that carry it`
    const note = (what: Deed['what'], clusters: number, detail: string) =>
      this.deeds.push({ second: simulated.second, what, clusters, detail })
    this.deeds.push({ second, what: 'decided', clusters: clusterIds.length, detail: target.name })
    try {
      const plan = await actions.plan({ kind: 'remove-service', target, clusterIds, reason }, WHO)
      await actions.confirm(plan.id, { digest: plan.digest, typedName: target.name, reason }, WHO)
      for (const { clusterId } of plan.targets) this.#asked.add(clusterId)
      note('confirmed', plan.targets.length, plan.leftOut[0]?.reason ?? '')
    } catch (error) {
      note('failed', clusterIds.length, messageOf(error))
    }
  }
}
