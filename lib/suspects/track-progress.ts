import type { RollOut } from './merge-roll-outs'
import { median } from './statistics'
import type { Suspect } from './types'

/** Clusters tell of a change when they are looked at next; so long a pause says nothing. */
const LOOK_MS = 180_000
/** A roll-out pauses for several times its usual step before it counts as ended. */
const PAUSES = 4
/** Steps that tell the present pace. */
const RECENT_STEPS = 20

type Progress = Pick<Suspect['rollout'], 'stillRolling' | 'expectedEndAt'>

/** Whether a roll-out is still growing, and when it will be through by its pace of late. */
export function trackProgress(rollOut: RollOut, fleetSize: number, now: number): Progress {
  const left = fleetSize - rollOut.times.size
  const steps = [...rollOut.times.values()].flatMap(times => times[0] ?? []).sort((a, b) => a - b)
  const recent = steps.slice(-RECENT_STEPS - 1)
  const gaps = recent.slice(1).map((at, i) => at - (recent[i] as number))
  if (left <= 0 || gaps.length === 0) return { stillRolling: false }
  const meanGap = ((recent.at(-1) as number) - (recent[0] as number)) / gaps.length
  const gap = Math.max(meanGap, median(gaps) ?? 0)
  const stillRolling = now - rollOut.lastAt <= LOOK_MS + PAUSES * gap
  return stillRolling
    ? { stillRolling, expectedEndAt: Math.max(now, rollOut.lastAt + left * gap) }
    : { stillRolling }
}
