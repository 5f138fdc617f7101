import type { Clock } from '../../clock/clock'
import type { ActionStore } from '../store'

/** What becomes of one call: `lose-answer` is carried out, but the caller hears only that it failed. */
export type StoreFate = 'serve' | 'fail' | 'lose-answer' | { delayMs: number }

/** Thrown by a store that was told to fail. */
export class StoreFault extends Error {}

/** A store as one process sees it over a connection that fails; what is behind it is shared and sound. */
export function faultyStore(
  store: ActionStore,
  clock: Clock,
  fate: (method: string) => StoreFate,
): ActionStore {
  return new Proxy(store, {
    get(object, key) {
      const method = Reflect.get(object, key)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        const what = fate(String(key))
        if (what === 'fail') throw new StoreFault(`${String(key)} was not carried out`)
        if (typeof what === 'object') await clock.sleep(what.delayMs)
        const answer: unknown = await method.apply(object, args)
        if (what === 'lose-answer') throw new StoreFault(`the answer of ${String(key)} was lost`)
        return answer
      }
    },
  })
}
