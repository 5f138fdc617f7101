import { ADMIT_PACE, type Pace, stepPace } from './admit-pace'
import type { ClusterFacts } from './ports'
import type { ShotRow } from './store'

const TROUBLED = new Set(['Overloaded', 'LockedOut', 'Dark'])

/**
 * Keeps each cluster's pace while its nodes are let in. Times of admissions are those of the stored rows, so that two
 * replicas do not let in twice as many; what is only here, the size of the batch, begins anew with one after a start.
 */
export function createAdmitPacer() {
  const paces = new Map<string, Pace>()
  return {
    /** @param key action and cluster */
    mayAdmit(key: string, shots: readonly ShotRow[], facts: ClusterFacts | undefined, now: number): boolean {
      const attempts = shots.flatMap(({ lastAttempts }) => lastAttempts)
      const seen = {
        admittedAt: shots.filter(({ state }) => state !== 'waiting').map(({ landedAt = now }) => landedAt),
        canaryP95Ms: facts?.canary?.canaryP95Ms,
        // A state that nobody knows is no evidence.
        evidenceAt: facts?.state === 'Unknown' ? undefined : facts?.evidenceAt,
        isAdmitting: facts === undefined || !TROUBLED.has(facts.state),
        throttled: attempts.some(({ status, at }) => status === 429 && now - at < ADMIT_PACE.settleMs),
      }
      const { pace, admit } = stepPace(paces.get(key), seen, now)
      paces.set(key, pace)
      return admit
    },
    forget(actionId: string): void {
      for (const key of paces.keys()) if (key.startsWith(`${actionId}/`)) paces.delete(key)
    },
  }
}
