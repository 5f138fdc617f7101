const KEPT = 400
const LOOK_BACK_MS = 30 * 60_000

/** CPU cores of all API servers of a cluster over time, for what a change added. */
export class CoresHistory {
  #points: { at: number; cores: number }[] = []

  note(at: number, cores: number): void {
    const last = this.#points.at(-1)
    if (last && at <= last.at) return
    this.#points.push({ at, cores })
    if (this.#points.length > KEPT) this.#points.shift()
  }

  /** The mean of what was seen lately: single scrapes jitter. */
  now(now: number): number | undefined {
    return (
      mean(this.#points.filter(point => now - point.at < 90_000).map(point => point.cores)) ??
      this.#points.at(-1)?.cores
    )
  }

  /** The median in the half hour before `at`; undefined when nothing was watched then. */
  before(at: number): number | undefined {
    const values = this.#points.filter(p => p.at < at && at - p.at <= LOOK_BACK_MS).map(p => p.cores)
    values.sort((a, b) => a - b)
    return values.length > 0 ? values[Math.floor(values.length / 2)] : undefined
  }
}

function mean(values: number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
}
