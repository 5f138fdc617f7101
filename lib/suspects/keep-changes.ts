import type { ChangeSeen } from './types'

/** Changes older than this are blamed for nothing. */
export const CHANGE_WINDOW_MS = 72 * 3_600_000

/**
 * Adds newly seen changes to those known: one for each cluster, workload, version and source, the earliest, and none
 * older than the window. A workload that was deleted and created again (another uid) is a change of its own.
 */
export function keepChanges(
  known: readonly ChangeSeen[],
  seen: readonly ChangeSeen[],
  now: number,
): ChangeSeen[] {
  const kept = new Map<string, ChangeSeen>()
  for (const change of [...known, ...seen]) {
    if (now - change.at > CHANGE_WINDOW_MS) continue
    const { clusterId, source, kind, namespace, name, version = '', uid = '' } = change
    const key = JSON.stringify([clusterId, source, kind, namespace, name, version, uid])
    const earlier = kept.get(key)
    if (!earlier || change.at < earlier.at) kept.set(key, change)
  }
  return [...kept.values()]
}
