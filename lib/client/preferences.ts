import { useSyncExternalStore } from 'react'
import type { Zone } from './format-time'

/** Choices of one person on one browser, kept in localStorage; a blocked storage only means that they are forgotten. */
interface Preferences {
  zone: Zone
  singleKeys: boolean
  /** The browser tells of approvals that wait for this person. */
  notify: boolean
}

const DEFAULTS: Preferences = { zone: 'local', singleKeys: true, notify: false }
const KEY = 'holdfast-preferences'
const listeners = new Set<() => void>()
let known: Preferences | null = null

function read(): Preferences {
  if (known) return known
  known = DEFAULTS
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (stored && typeof stored === 'object') {
      const zone = 'zone' in stored && stored.zone === 'utc' ? 'utc' : 'local'
      known = {
        zone,
        singleKeys: !('singleKeys' in stored && stored.singleKeys === false),
        notify: 'notify' in stored && stored.notify === true,
      }
    }
  } catch {
    // A storage that is blocked or holds garbage counts as empty.
  }
  return known
}

export function setPreferences(change: Partial<Preferences>): void {
  known = { ...read(), ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(known))
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, read, () => DEFAULTS)
}

/** The zone that times are shown in; `U` changes it. */
export function useZone(): Zone {
  return usePreferences().zone
}
