import type { ModelServer } from '../model/types'

/** Seconds that the agents' requests have spent in queues: one for each request that waits through a second. */
export class WaitLedger {
  readonly #servers: { startedAt: number; seconds: number }[] = []

  /** Once a simulated second. */
  add(servers: readonly ModelServer[]): void {
    for (let i = 0; i < servers.length; i++) {
      const server = servers[i]
      if (!server || server.queuedLists < 0.5) continue
      const known = this.#servers[i]
      if (known?.startedAt === server.startedAt) known.seconds += server.queuedLists
      else this.#servers[i] = { startedAt: server.startedAt, seconds: server.queuedLists }
    }
  }

  seconds(server: number, startedAt: number): number {
    const known = this.#servers[server]
    return known?.startedAt === startedAt ? known.seconds : 0
  }
}
