import type { NodeChange, NodeChanges } from '../objects/node-change'

/** What was written to the nodes of a cluster: cordons, labels, annotations, taints. */
export class WrittenNodes implements NodeChanges {
  readonly byIndex = new Map<number, NodeChange>()
  writes = 0
  /** Some node is not yet tainted as its cordon says. */
  hasNewCordons = false
  readonly #cordons = new Set<number>()

  put(index: number, change: NodeChange): void {
    this.byIndex.set(index, change)
    this.writes++
    if (change.unschedulable !== (change.cordonedAt !== undefined)) this.#cordons.add(index)
    else this.#cordons.delete(index)
    this.hasNewCordons = this.#cordons.size > 0
  }

  /** The node lifecycle controller taints what was cordoned, and takes the taint from what is not. */
  followCordons(now: number): void {
    for (const index of this.#cordons) {
      const change = this.byIndex.get(index)
      if (change) this.put(index, { ...change, cordonedAt: change.unschedulable ? now : undefined })
    }
    this.#cordons.clear()
    this.hasNewCordons = false
  }
}
