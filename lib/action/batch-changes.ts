import type { Clock } from '../clock/clock'
import type { ActionStore, ShotChange } from './store'

const GATHER_MS = 50
const RETRY_MS = 500
const MAX_BATCH = 128

interface Waiting {
  change: ShotChange
  resolve: (applied: boolean) => void
}

/**
 * Writes changes of many shots in few transactions: what comes within 50 ms goes together. While storage is away it
 * keeps trying, since an effect that happened must be recorded by whoever knows it; the fence judges when it is back.
 */
export function createChangeBatch(clock: Clock, store: ActionStore) {
  let waiting: Waiting[] = []
  let flushing: Promise<void> | undefined
  let closed = false

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      await clock.sleep(GATHER_MS)
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      const applied = await untilStored(batch.map(one => one.change))
      for (const { change, resolve } of batch) resolve(applied.has(change.id))
    }
  }

  async function untilStored(changes: ShotChange[]): Promise<Set<string>> {
    for (;;) {
      try {
        return await store.changeShots(changes)
      } catch {
        // What is not on disk is found out again by the next owner: the repeat of a landed write answers 404.
        if (closed) return new Set()
        await clock.sleep(RETRY_MS)
      }
    }
  }

  return {
    /** Resolves when it is on disk: true when it applied, false when the shot had moved on. */
    write(change: ShotChange): Promise<boolean> {
      return new Promise(resolve => {
        waiting.push({ change, resolve })
        flushing ??= flush().finally(() => {
          flushing = undefined
        })
      })
    },
    /** One more try for what waits, then done. */
    async close(): Promise<void> {
      closed = true
      await flushing
    },
  }
}
