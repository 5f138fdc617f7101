import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeltaDto } from '../wire/stream'
import { applyDelta, isNewer, TIMELINE_LIMIT } from './apply-delta'
import { testCluster, testRoom } from './testing/test-room'

const AT = '2024-12-11T23:00:01.000Z'

function delta(seq: number, change: Partial<DeltaDto> = {}): DeltaDto {
  return { seq, epoch: 'a', at: AT, ...change }
}

function entry(id: string) {
  return {
    id,
    at: AT,
    kind: 'note' as const,
    severity: 'info' as const,
    text: id,
    clusterId: null,
    actionId: null,
    by: 'test',
  }
}

describe('applyDelta', () => {
  it('asks for a snapshot when there is none, the process is another, or events were missed', () => {
    const room = testRoom()
    expect(applyDelta(undefined, delta(11))).toEqual({ kind: 'gap', reason: 'no-snapshot' })
    expect(applyDelta(room, { ...delta(11), epoch: 'b' })).toEqual({ kind: 'gap', reason: 'other-epoch' })
    expect(applyDelta(room, delta(12))).toEqual({ kind: 'gap', reason: 'missed-events' })
  })

  it('ignores what it already has', () => {
    expect(applyDelta(testRoom(), delta(10)).kind).toBe('ignored')
    expect(applyDelta(testRoom(), delta(3)).kind).toBe('ignored')
  })

  it('replaces clusters in their place and keeps the identity of the others', () => {
    const room = testRoom()
    const sick = testCluster('two', { nodes: 7 })
    const applied = applyDelta(room, delta(11, { clusters: [sick, testCluster('three')] }))
    if (applied.kind !== 'applied') throw new Error(applied.kind)
    expect(applied.room.fleet.clusters.map(c => c.id)).toEqual(['one', 'two', 'three'])
    expect(applied.room.fleet.clusters[0]).toBe(room.fleet.clusters[0])
    expect(applied.room.fleet.clusters[1]?.nodes).toBe(7)
    expect(applied.room.fuses).toBe(room.fuses)
    expect(applied.room.fleet.at).toBe(AT)
  })

  it('tells "became null" from "did not change"', () => {
    const room = testRoom({ incident: { severity: 'SEV1', title: 'x', since: AT, declaredBy: null } })
    const kept = applyDelta(room, delta(11))
    const ended = applyDelta(room, delta(11, { incident: null }))
    expect(kept.kind === 'applied' && kept.room.incident?.title).toBe('x')
    expect(ended.kind === 'applied' && ended.room.incident).toBeNull()
  })

  it('puts new entries first, once, and never grows past the limit', () => {
    const known = Array.from({ length: TIMELINE_LIMIT }, (_, i) => entry(`old-${i}`))
    const applied = applyDelta(
      testRoom({ timeline: known }),
      delta(11, { timeline: [entry('new'), entry('old-0')] }),
    )
    if (applied.kind !== 'applied') throw new Error(applied.kind)
    expect(applied.room.timeline).toHaveLength(TIMELINE_LIMIT)
    expect(applied.room.timeline.slice(0, 3).map(e => e.id)).toEqual(['new', 'old-0', 'old-1'])
  })

  it('keeps entries newest first, whenever they are told', () => {
    const at = (minute: number) => `2024-12-11T23:${String(minute).padStart(2, '0')}:00.000Z`
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(59), { maxLength: 4 }), { maxLength: 10 }), batches => {
        let room = testRoom()
        batches.forEach((minutes, i) => {
          const timeline = minutes.map((minute, j) => ({ ...entry(`${i}-${j}`), at: at(minute) }))
          const applied = applyDelta(room, delta(11 + i, { timeline }))
          if (applied.kind !== 'applied') throw new Error(applied.kind)
          room = applied.room
        })
        const times = room.timeline.map(e => e.at)
        expect(times).toEqual([...times].sort().reverse())
        expect(times).toHaveLength(batches.flat().length)
      }),
    )
  })

  it('never changes the room it was given, and a run of deltas in order always applies', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 20 }), sizes => {
        const start = testRoom()
        const frozen = structuredClone(start)
        let room = start
        sizes.forEach((nodes, i) => {
          const applied = applyDelta(room, delta(11 + i, { clusters: [testCluster('one', { nodes })] }))
          if (applied.kind !== 'applied') throw new Error(applied.kind)
          room = applied.room
        })
        expect(start).toEqual(frozen)
        expect(room.seq).toBe(10 + sizes.length)
        expect(room.fleet.clusters).toHaveLength(2)
      }),
    )
  })
})

describe('isNewer', () => {
  it('takes a snapshot of another process, but not an older one of the same', () => {
    expect(isNewer(undefined, testRoom())).toBe(true)
    expect(isNewer(testRoom(), testRoom({ seq: 9 }))).toBe(false)
    expect(isNewer(testRoom(), testRoom({ seq: 1, epoch: 'b' }))).toBe(true)
  })
})
