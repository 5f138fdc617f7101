/** Which FlowSchema a rejection is counted for. */
export interface RejectionOwner {
  flowSchema: string
  priorityLevel: string
}

interface ServerLedger {
  startedAt: number
  /** The model's counter when it was last looked at. */
  seen: number
  totals: Map<string, { owner: RejectionOwner; total: number }>
}

/**
 * The model counts rejections of the agents in one sum; a real server counts them by FlowSchema, and series once made
 * stay. Keeps the sums apart by the FlowSchema that was in force.
 */
export class RejectionLedger {
  readonly #servers = new Map<number, ServerLedger>()

  /** Files what was counted since the last call under `owner`. */
  settle(
    server: number,
    startedAt: number,
    counted: number,
    owner: RejectionOwner,
  ): { owner: RejectionOwner; total: number }[] {
    let ledger = this.#servers.get(server)
    if (!ledger || ledger.startedAt !== startedAt || counted < ledger.seen) {
      ledger = { startedAt, seen: 0, totals: new Map() }
      this.#servers.set(server, ledger)
    }
    const added = counted - ledger.seen
    ledger.seen = counted
    if (added > 0) {
      const total = ledger.totals.get(owner.flowSchema)?.total ?? 0
      ledger.totals.set(owner.flowSchema, { owner, total: total + added })
    }
    return [...ledger.totals.values()]
  }
}
