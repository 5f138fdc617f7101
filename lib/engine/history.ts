import { ifWoken } from '../clock/if-woken'
import { wallSleep } from '../clock/system-clock'
import type { TimelineEntry } from '../incident/types'
import type { Memory, MemoryStore } from '../store/memory-store'
import type { TimelineStore } from '../store/timeline-store'

const FLUSH_MS = 2_000
/** While the database is away this much waits; older lines fall out and are counted. */
const MOST_WAITING = 10_000

/**
 * Writes history behind the live state, in batches: what is shown never waits for the database, and what the
 * database misses while it is away is written when it is back.
 */
export class History {
  #timeline: TimelineEntry[] = []
  #memories = new Map<string, Memory>()
  #stop = new AbortController()
  #loop: Promise<void> | undefined
  /** Timeline lines that could not be kept. */
  lost = 0

  constructor(
    private readonly timelineStore: TimelineStore,
    private readonly memoryStore: MemoryStore,
    /** Told of every write, kept or failed. */
    private readonly onWrite: { kept(): void; failed(error: unknown): void },
  ) {}

  note(entries: TimelineEntry[]): void {
    this.#timeline.push(...entries)
    const over = this.#timeline.length - MOST_WAITING
    if (over > 0) {
      this.#timeline.splice(0, over)
      this.lost += over
    }
  }

  /** Only the newest of each kind and cluster is kept. */
  remember(memory: Memory): void {
    this.#memories.set(`${memory.clusterId}\n${memory.kind}`, memory)
  }

  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#loop
    await this.flush()
  }

  /** Drops what waits: it belongs to a world that has ended. */
  clear(): void {
    this.#timeline = []
    this.#memories.clear()
  }

  async flush(): Promise<void> {
    const timeline = this.#timeline
    const memories = [...this.#memories.values()]
    this.#timeline = []
    this.#memories.clear()
    try {
      await this.timelineStore.add(timeline)
      for (let i = 0; i < memories.length; i += 200) await this.memoryStore.save(memories.slice(i, i + 200))
      if (timeline.length + memories.length > 0) this.onWrite.kept()
    } catch (error) {
      this.onWrite.failed(error)
      this.#timeline = [...timeline, ...this.#timeline]
      this.note([])
      for (const memory of memories) {
        const key = `${memory.clusterId}\n${memory.kind}`
        if (!this.#memories.has(key)) this.#memories.set(key, memory)
      }
    }
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await wallSleep(FLUSH_MS, this.#stop.signal).catch(ifWoken(this.#stop.signal))
      if (!this.#stop.signal.aborted) await this.flush()
    }
  }
}
