import { describe, expect, it } from 'vitest'
import type { ShotDto, TargetDto } from '@/lib/wire/actions'
import { HOLD_MS, holdFill } from '../ui/hold-progress'
import { confirmLock } from './confirm-lock'
import { fitsFilter, groupShots, tellingOf } from './group-shots'

const target: TargetDto = {
  clusterId: 'a',
  clusterName: 'use-a',
  nodes: 10,
  pods: 10,
  state: 'Healthy',
  wave: 'all',
  reachedBy: 'ordinary',
  verification: { kind: 'dry-run', at: '2024-12-11T23:00:00Z', why: null },
  gitOps: null,
  notes: [],
  steps: [],
}

const ready = {
  action: {
    guards: [{ guard: 'scope', verdict: 'warn' as const, text: '' }],
    target: { kind: 'DaemonSet', namespace: 'o', name: 'collector' },
    targets: [target],
  },
  reason: 'it is the cause',
  typedName: 'collector',
  leftMs: 60_000,
  isStale: false,
  role: 'responder',
}

describe('confirmLock', () => {
  it('opens only when nothing is in the way', () => {
    expect(confirmLock(ready)).toBeNull()
  })

  it.each([
    ['Sign in first', { role: null }],
    ['Viewers cannot send', { role: 'viewer' }],
    ['Stream is stale', { isStale: true }],
    ['Stream is stale', { leftMs: null }],
    ['Plan expired', { leftMs: 0 }],
    ['No target is left', { action: { ...ready.action, targets: [] } }],
    [
      '1 guard blocks',
      { action: { ...ready.action, guards: [{ guard: 'x', verdict: 'block' as const, text: '' }] } },
    ],
    ['Give a reason', { reason: '   short  ' }],
    ['Type the name', { typedName: 'Collector' }],
  ])('says "%s"', (words, change) => {
    expect(confirmLock({ ...ready, ...change })).toBe(words)
  })
})

describe('holdFill', () => {
  it('fills over two seconds, in four steps where motion is reduced', () => {
    expect(holdFill(HOLD_MS / 2, false)).toBe(0.5)
    expect([100, 600, 1_100, 1_600, 2_100].map(ms => holdFill(ms, true))).toEqual([0, 0.25, 0.5, 0.75, 1])
  })
})

describe('groupShots', () => {
  const shot = (clusterId: string, step: number, state: ShotDto['state']): ShotDto => ({
    id: `${clusterId}-${step}`,
    clusterId,
    step,
    stepKind: 'delete-workload',
    text: '',
    state,
    attempts: 2,
    lane: null,
    landedAt: null,
    doneAt: null,
    settledAt: null,
    detail: '',
    lastAttempts: [],
  })

  it('keeps the order of the targets, the order of the steps, and shots of unknown clusters', () => {
    const rows = groupShots({
      targets: [{ ...target, clusterId: 'b' }, target],
      shots: [shot('a', 1, 'waiting'), shot('a', 0, 'landed'), shot('gone', 0, 'refused')],
      effects: [],
    })
    expect(rows.map(r => r.clusterId)).toEqual(['b', 'a', 'gone'])
    expect(rows[1]?.shots.map(s => s.step)).toEqual([0, 1])
    expect(rows[1]?.attempts).toBe(4)
  })

  it('tells of many writes the one in trouble, else under way, else the last that landed', () => {
    const at = (step: number, state: ShotDto['state']) => ({
      ...shot('a', step, state),
      landedAt: state === 'landed' ? '2024-12-11T23:00:00.000Z' : null,
    })
    const of = (...shots: ShotDto[]) => tellingOf(shots)?.step
    expect(of(at(0, 'landed'), at(1, 'refused'), at(2, 'trying'))).toBe(1)
    expect(of(at(0, 'landed'), at(1, 'trying'), at(2, 'waiting'))).toBe(1)
    expect(of(at(0, 'landed'), at(1, 'landed'), at(2, 'waiting'))).toBe(1)
    expect(of(at(0, 'waiting'), at(1, 'waiting'))).toBe(0)
  })

  it('filters by what a person looks for', () => {
    const [open, landed, trouble] = groupShots({
      targets: [],
      shots: [shot('1', 0, 'armed'), shot('2', 0, 'landed'), shot('3', 0, 'refused')],
      effects: [],
    })
    if (!open || !landed || !trouble) throw new Error('three rows')
    expect([open, landed, trouble].map(r => fitsFilter(r, 'open'))).toEqual([true, false, true])
    expect([open, landed, trouble].map(r => fitsFilter(r, 'landed'))).toEqual([false, true, false])
    expect([open, landed, trouble].map(r => fitsFilter(r, 'trouble'))).toEqual([false, false, true])
  })
})
