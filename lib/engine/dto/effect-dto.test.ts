import { describe, expect, it } from 'vitest'
import type { CallerSample, ClusterFacts } from '../../action/ports'
import type { ShotRow } from '../../action/store'
import { effectDtos } from './effect-dto'

const NOW = Date.parse('2024-12-11T23:00:00Z')
const iso = (at: number) => new Date(at).toISOString()
const before = { at: NOW, state: 'LockedOut', canaryP95Ms: 16_000, cores: 30 }

const shot = (over: Partial<ShotRow>): ShotRow => ({
  id: 's',
  actionId: 'a',
  clusterId: 'c',
  step: 0,
  stepKind: 'delete-workload',
  wave: 0,
  state: 'trying',
  write: { method: 'DELETE', path: '/x', guard: 'uid' },
  token: 1,
  fuseAt: 0,
  expiresAt: 0,
  attempts: 1,
  lastAttempts: [],
  detail: '',
  updatedAt: NOW,
  ...over,
})

function facts(evidenceAt: number, tries: CallerSample[] = []) {
  const callers = (since: number) => tries.filter(({ at }) => at > since)
  const canary = { canaryP50Ms: 5, canaryP95Ms: 20, canaryP99Ms: 30 }
  const known = { evidenceAt, state: 'Healthy', canary, callers } as unknown as ClusterFacts
  return () => known
}

describe('before and after', () => {
  it('are told of clusters that something was sent to', () => {
    expect(effectDtos([shot({ state: 'waiting' })], () => undefined)).toEqual([])
    expect(effectDtos([shot({ effect: { before } })], () => undefined)).toEqual([
      { clusterId: 'c', before: { ...before, at: iso(NOW) }, after: null, landedAt: null, waits: [] },
    ])
  })

  it('take for after what was judged, else what is heard since the last landing', () => {
    const first = shot({ state: 'landed', landedAt: NOW + 1_000, effect: { before } })
    const last = shot({ id: 't', step: 1, state: 'landed', landedAt: NOW + 5_000 })
    const afterOf = (...given: Parameters<typeof effectDtos>) => effectDtos(...given)[0]?.after
    expect(afterOf([first, last], facts(NOW + 4_000))).toBeNull()
    expect(afterOf([first, last], facts(NOW + 6_000))).toEqual({
      at: iso(NOW + 6_000),
      state: 'Healthy',
      canaryP95Ms: 20,
      cores: null,
    })
    const judged = { ...last, effect: { after: { at: NOW + 9_000, state: 'Recovering' } } }
    expect(afterOf([first, judged], facts(NOW + 60_000))).toMatchObject({ state: 'Recovering' })
  })

  it('come with what callers waited from five minutes before on, the newest sixty', () => {
    const tries = Array.from({ length: 200 }, (_, i) => ({
      at: NOW - 600_000 + i * 5_000,
      waitMs: i,
      served: i % 2 === 0,
    }))
    const [effect] = effectDtos([shot({ effect: { before } })], facts(NOW, tries.slice(0, 70)))
    expect(effect?.waits[0]).toEqual({ at: iso(NOW - 295_000), ms: null })
    expect(effect?.waits.at(-1)).toEqual({ at: iso(NOW - 255_000), ms: null })
    expect(effectDtos([shot({ effect: { before } })], facts(NOW, tries))[0]?.waits).toHaveLength(60)
  })
})
