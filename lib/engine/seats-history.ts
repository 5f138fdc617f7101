/** Two hours of scrapes: the calm before an incident must outlast the incident. */
const KEPT = 160

/** Seats held by FlowSchema over time, summed over the API servers seen. */
export class SeatsHistory {
  #points: { at: number; seats: Record<string, number> }[] = []

  /** @param seatsByLevel keyed `priority level/flow schema` */
  note(at: number, seatsByLevel: Record<string, number>): void {
    const last = this.#points.at(-1)
    if (last && at <= last.at) return
    const seats: Record<string, number> = {}
    for (const [key, held] of Object.entries(seatsByLevel)) {
      const schema = key.slice(key.indexOf('/') + 1)
      seats[schema] = (seats[schema] ?? 0) + held
    }
    this.#points.push({ at, seats })
    if (this.#points.length > KEPT) this.#points.shift()
  }

  /** The mean before `at`; 0 when none were held or nothing was watched then. */
  before(schema: string, at: number): number {
    let sum = 0
    let count = 0
    for (const point of this.#points) {
      if (point.at >= at) break
      sum += point.seats[schema] ?? 0
      count++
    }
    return count > 0 ? sum / count : 0
  }
}
