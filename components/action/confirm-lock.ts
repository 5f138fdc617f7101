import type { ActionDto } from '@/lib/wire/actions'

export const MIN_REASON = 8

interface LockInput {
  action: Pick<ActionDto, 'guards' | 'target' | 'targets'>
  reason: string
  typedName: string
  /** Ms until the plan expires; null while the clock is not known. */
  leftMs: number | null
  isStale: boolean
  role: string | null
}

/** Why the plan cannot be confirmed now, in the words of the button; null when nothing is in the way. */
export function confirmLock({ action, reason, typedName, leftMs, isStale, role }: LockInput): string | null {
  const blocks = action.guards.filter(g => g.verdict === 'block').length
  if (role === null) return 'Sign in first'
  if (role === 'viewer') return 'Viewers cannot send'
  if (isStale || leftMs === null) return 'Stream is stale'
  if (leftMs <= 0) return 'Plan expired'
  if (action.targets.length === 0) return 'No target is left'
  if (blocks > 0) return blocks === 1 ? '1 guard blocks' : `${blocks} guards block`
  if (reason.trim().length < MIN_REASON) return 'Give a reason'
  if (typedName !== action.target.name) return 'Type the name'
  return null
}
