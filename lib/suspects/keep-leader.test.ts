import { describe, expect, it } from 'vitest'
import { keepLeader } from './keep-leader'
import type { Suspect, SuspectReport } from './types'

const suspect = (id: string, score: number): Suspect => ({
  id,
  kind: 'DaemonSet',
  namespace: 'n',
  name: id,
  score,
  evidence: [],
  rollout: {
    firstAt: 0,
    lastAt: 0,
    reached: 1,
    total: 1,
    stillRolling: false,
    atRisk: 0,
    reachedClusterIds: [],
  },
})
const report = (...suspects: Suspect[]): SuspectReport => ({
  at: 0,
  suspects,
  considered: 2,
  ruledOut: 0,
  verdict: '',
})
const order = (r: SuspectReport) => r.suspects.map(one => one.id)

describe('keepLeader', () => {
  it('keeps the lead against one that is slightly ahead', () => {
    expect(order(keepLeader(report(suspect('b', 0.56), suspect('a', 0.5), suspect('c', 0.1)), 'a'))).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  it('gives it up to one that is clearly ahead, and when it is no suspect any more', () => {
    expect(order(keepLeader(report(suspect('b', 0.9), suspect('a', 0.5)), 'a'))).toEqual(['b', 'a'])
    expect(order(keepLeader(report(suspect('b', 0.3)), 'a'))).toEqual(['b'])
    expect(order(keepLeader(report(), 'a'))).toEqual([])
  })
})
