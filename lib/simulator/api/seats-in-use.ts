/** Requests in hand by priority level, for levels that turn away what they have no seat for. */
export class SeatsInUse {
  readonly #inHand = new Map<string, number>()

  /**
   * Takes a seat, or returns undefined when all are taken. A level of nought seats still serves one request at a time
   * (seen on kube-apiserver 1.29 to 1.37).
   * @returns what gives the seat back
   */
  take(levelUid: string, seats: number): (() => void) | undefined {
    const taken = this.#inHand.get(levelUid) ?? 0
    if (taken >= Math.max(1, seats)) return undefined
    this.#inHand.set(levelUid, taken + 1)
    let given = false
    return () => {
      if (given) return
      given = true
      const left = (this.#inHand.get(levelUid) ?? 1) - 1
      if (left > 0) this.#inHand.set(levelUid, left)
      else this.#inHand.delete(levelUid)
    }
  }
}
