import { createContext, useContext, useSyncExternalStore } from 'react'
import { type Freshness, freshnessOf } from './freshness'
import { LiveStore } from './live-store'

/** One store for the page; the provider of the signed-in views fills it. */
export const LiveContext = createContext<LiveStore>(new LiveStore())

const never = (): null => null

/**
 * Server time in epoch ms, rounded down to `stepMs`, so that a component draws anew only when its own figure changes.
 * Null until the first event came.
 */
export function useServerNow(stepMs = 1_000): number | null {
  const store = useContext(LiveContext)
  return useSyncExternalStore(store.subscribe, () => store.now(stepMs), never)
}

/** The server's real time in epoch ms, in whole seconds: what people have, not what a simulated fleet has. */
export function useServerRealNow(): number | null {
  const store = useContext(LiveContext)
  return useSyncExternalStore(store.subscribe, store.realNow, never)
}

/** Age of the picture in whole tenths of a second. */
export function useFreshness(): Freshness {
  const store = useContext(LiveContext)
  const key = useSyncExternalStore(
    store.subscribe,
    () => {
      const f = freshnessOf(store.state(), store.wallMs())
      return f.kind === 'connecting' ? 'connecting' : `${f.kind} ${Math.floor(f.ageMs / 100)}`
    },
    () => 'connecting',
  )
  const [kind, tenths] = key.split(' ')
  const ageMs = Number(tenths ?? 0) * 100
  if (kind === 'live') return { kind: 'live', ageMs }
  if (kind === 'stale') return { kind: 'stale', ageMs }
  return { kind: 'connecting' }
}

/** True when actions must be locked because the picture is old. */
export function useIsStale(): boolean {
  const store = useContext(LiveContext)
  return useSyncExternalStore(
    store.subscribe,
    () => freshnessOf(store.state(), store.wallMs()).kind === 'stale',
    () => false,
  )
}
