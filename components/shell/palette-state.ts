'use client'

import { useSyncExternalStore } from 'react'

/** What the palette asks: anything, a workload to remove once its cluster is chosen, whether to freeze or thaw, or what incident there is. */
export type PaletteStep =
  | { ask: 'all' }
  | { ask: 'removal'; clusterId: string | undefined }
  | { ask: 'freeze' }
  | { ask: 'incident' }

const CLOSED = null
let step: PaletteStep | null = CLOSED
const listeners = new Set<() => void>()

function change(next: PaletteStep | null): void {
  step = next
  for (const listener of listeners) listener()
}

export const openPalette = (next: PaletteStep = { ask: 'all' }): void => change(next)
export const closePalette = (): void => change(CLOSED)

/** What the open palette asks; null while it is closed. */
export function usePaletteStep(): PaletteStep | null {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => step,
    () => CLOSED,
  )
}
