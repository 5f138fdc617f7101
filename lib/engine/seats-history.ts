const KEPT = 60

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
    const earlier = this.#points.filter(point => point.at < at)
    if (earlier.length === 0) return 0
    return earlier.reduce((sum, point) => sum + (point.seats[schema] ?? 0), 0) / earlier.length
  }
}
