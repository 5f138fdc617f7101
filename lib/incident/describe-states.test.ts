import { describe, expect, it } from 'vitest'
import { describeStates, type StateChange } from './describe-states'

let ids = 0
const nextId = () => `t${++ids}`
const change = (name: string, over: Partial<StateChange> = {}): StateChange => ({
  clusterId: name,
  clusterName: name,
  from: 'Strained',
  to: 'LockedOut',
  since: 1_000,
  ...over,
})

describe('describeStates', () => {
  it('tells a change with its reason', () => {
    expect(
      describeStates([change('use-chat-01', { reason: '0 of 6 ordinary reads admitted' })], nextId),
    ).toMatchObject([
      {
        severity: 'critical',
        clusterId: 'use-chat-01',
        text: 'use-chat-01 is locked out: 0 of 6 ordinary reads admitted',
      },
    ])
  })

  it('tells a burst in one line a state', () => {
    const burst = ['a', 'b', 'c', 'd', 'e'].map((name, i) => change(name, { since: i }))
    expect(describeStates([...burst, change('z', { to: 'Dark' })], nextId).map(entry => entry.text)).toEqual([
      '5 clusters are locked out: a, b, c and 2 more',
      'z is dark',
    ])
  })

  it('keeps quiet about first sights and strain', () => {
    expect(
      describeStates(
        [change('a', { from: 'Unknown', to: 'Healthy' }), change('b', { to: 'Strained' })],
        nextId,
      ),
    ).toEqual([])
  })
})
