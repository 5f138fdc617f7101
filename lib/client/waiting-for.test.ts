import { expect, it } from 'vitest'
import type { ActionSummaryDto } from '../wire/actions'
import { mayOverride, turnOf, waitingFor } from './waiting-for'

const AT = '2024-12-11T23:00:00.000Z'
const session = (name: string, role: 'viewer' | 'responder' | 'commander' = 'responder') => ({
  name,
  role,
  csrfToken: '',
})

function action(
  id: string,
  over: Partial<ActionSummaryDto> = {},
  answer: NonNullable<ActionSummaryDto['approval']>['answer'] = null,
): ActionSummaryDto {
  return {
    id,
    kind: 'remove-service',
    title: 'Remove telemetry',
    target: { kind: 'DaemonSet', namespace: 'o', name: 'telemetry' },
    undoOf: null,
    revertsAt: null,
    state: 'awaiting',
    reason: '',
    by: 'ada',
    plannedAt: AT,
    confirmedAt: null,
    expiresAt: AT,
    digest: 'd'.repeat(64),
    approval: {
      askedBy: 'ada',
      askedAt: AT,
      reason: 'it floods',
      overrideAt: '2024-12-11T23:02:00.000Z',
      answer,
      review: null,
    },
    pause: null,
    nextWave: null,
    progress: {
      clusters: 1,
      landed: 0,
      done: 0,
      verified: 0,
      trying: 0,
      armed: 0,
      failed: 0,
      attempts: 0,
      byLane: {},
    },
    ...over,
  }
}

it('gives each person their own turn', () => {
  expect(turnOf(action('a'), session('grace'))).toBe('approve')
  expect(turnOf(action('a'), session('Ada '))).toBe('withdraw')
  expect(turnOf(action('a'), session('grace', 'viewer'))).toBe('none')
  expect(turnOf(action('a'), null)).toBe('none')
  expect(turnOf(action('a', { approval: null, state: 'planned' }), session('grace'))).toBe('none')
  const answer = { kind: 'overridden' as const, by: 'lin', at: AT, reason: 'nobody was there' }
  const overridden = action('b', { state: 'running' }, answer)
  expect(turnOf(overridden, session('grace'))).toBe('review')
  expect(turnOf(overridden, session('lin', 'commander'))).toBe('none')
  const reviewed = action('b', { state: 'finished' }, answer)
  if (reviewed.approval) reviewed.approval.review = { by: 'grace', at: AT, note: 'right' }
  expect(turnOf(reviewed, session('grace'))).toBe('none')
})

it('lists what waits for one person, the longest asked first', () => {
  const later = action('b')
  if (later.approval) later.approval.askedAt = '2024-12-11T23:01:00.000Z'
  const own = action('c', { approval: { ...(later.approval ?? fail()), askedBy: 'grace' } })
  expect(waitingFor([later, own, action('a')], session('grace')).map(one => one.id)).toEqual(['a', 'b'])
})

it('lets commanders override when the time is up, and nobody else', () => {
  const due = Date.parse('2024-12-11T23:02:00Z')
  expect(mayOverride(action('a'), session('grace', 'commander'), due)).toBe(true)
  expect(mayOverride(action('a'), session('grace', 'commander'), due - 1)).toBe(false)
  expect(mayOverride(action('a'), session('grace', 'commander'), null)).toBe(false)
  expect(mayOverride(action('a'), session('grace'), due)).toBe(false)
  expect(mayOverride(action('a', { state: 'running' }), session('grace', 'commander'), due)).toBe(false)
})

function fail(): never {
  throw new Error('there is no approval')
}
