const KEPT = 400
const LOOK_BACK_MS = 30 * 60_000
const LATELY_MS = 90_000

/** CPU cores of all API servers of a cluster over time, for what a change added. */
export class CoresHistory {
  #points: { at: number; cores: number }[] = []
  /** Asked for every few seconds, and the same as long as nothing new lies before it. */
  #calm?: { at: number; until?: number; cores: number | undefined }

  note(at: number, cores: number): void {
    const last = this.#points.at(-1)
    if (last && at <= last.at) return
    this.#points.push({ at, cores })
    if (this.#points.length > KEPT) this.#points.shift()
  }

  /** The mean of what was seen lately: single scrapes jitter. */
  now(now: number): number | undefined {
    const lately: number[] = []
    for (let i = this.#points.length - 1; i >= 0; i--) {
      const point = this.#points[i]
      if (!point || now - point.at >= LATELY_MS) break
      lately.push(point.cores)
    }
    return mean(lately) ?? this.#points.at(-1)?.cores
  }

  /** The median in the half hour before `at`; undefined when nothing was watched then. */
  before(at: number): number | undefined {
    const last = this.#points.at(-1)
    if (this.#calm?.at === at && (this.#calm.until ?? 0) >= at) return this.#calm.cores
    const values = this.#points.filter(p => p.at < at && at - p.at <= LOOK_BACK_MS).map(p => p.cores)
    values.sort((a, b) => a - b)
    const cores = values.length > 0 ? values[Math.floor(values.length / 2)] : undefined
    this.#calm = { at, until: last?.at, cores }
    return cores
  }
}

function mean(values: number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
}
