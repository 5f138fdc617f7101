import type { ClusterClient } from '../kube/types'
import type { ClusterRecord } from './cluster-record'
import { readBindings } from './read-bindings'

const AT_ONCE = 16

/**
 * Reads a cluster's bindings soon after a new workload shows up: they must be known before callers are locked out.
 * One cluster once at a time; a reading that was not admitted is tried again when the next workload is seen.
 */
export class BindingWatch {
  #wanted = new Set<ClusterRecord>()
  #running = 0
  #stopped = false

  constructor(
    private readonly client: ClusterClient,
    private readonly now: () => number,
    private readonly onRead: (record: ClusterRecord) => void,
  ) {}

  want(record: ClusterRecord): void {
    this.#wanted.add(record)
    this.#pump()
  }

  stop(): void {
    this.#stopped = true
    this.#wanted.clear()
  }

  #pump(): void {
    for (const record of this.#wanted) {
      if (this.#stopped || this.#running >= AT_ONCE) return
      this.#wanted.delete(record)
      this.#running++
      void this.#read(record).finally(() => {
        this.#running--
        this.#pump()
      })
    }
  }

  async #read(record: ClusterRecord): Promise<void> {
    for (const kind of ['ordinary', 'exempt', 'direct'] as const) {
      const lane = record.cluster.lanes.find(one => one.kind === kind)
      const read = lane && (await readBindings(this.client, lane, this.now))
      if (!read) continue
      record.bindings = read
      this.onRead(record)
      return
    }
  }
}
