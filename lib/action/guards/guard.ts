import type { ActionPolicy } from '../action-policy'
import type { Approval } from '../approval'
import type { ClusterFacts } from '../ports'
import type { BusyClusters } from '../store'
import type { ActionPlan, GuardVerdict } from '../types'

/** What guards judge: a plan and what is known at this moment. Guards are pure. */
export interface GuardInput {
  plan: Omit<ActionPlan, 'guards' | 'digest'>
  fleet: readonly ClusterFacts[]
  policy: ActionPolicy
  now: number
  /** The same moment by people's clock, which is the real one even when the fleet's is simulated. */
  peopleNow: number
  busyClusters: BusyClusters
  /** Names of others who could approve it. */
  approvers: readonly string[]
  /** What a second person was asked, once the first has confirmed. */
  approval?: Approval
  /** Title of the open incident, null when there is none; undefined where nobody watches for one. */
  incident?: string | null
}

/** A guard that has nothing to say of this kind of action gives no verdict. */
export type Guard = (input: GuardInput) => GuardVerdict | undefined

/** `1 cluster`, `3 clusters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Ids for a sentence: the first few, and how many more. */
export function someOf(ids: readonly string[], limit = 3): string {
  const rest = ids.length - limit
  return rest > 0 ? `${ids.slice(0, limit).join(', ')} and ${rest} more` : ids.join(', ')
}

/** `40 s`, `12 min`, `3 h`, `2 d`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
