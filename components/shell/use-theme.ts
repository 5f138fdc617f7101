'use client'

import { useSyncExternalStore } from 'react'
import { applyTheme, type Theme, themeOf } from '@/lib/client/theme'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const current = (): Theme => themeOf(document.documentElement.dataset.theme)

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current, () => 'dark')
}

export function toggleTheme(): void {
  applyTheme(current() === 'dark' ? 'light' : 'dark')
  for (const listener of listeners) listener()
}
