import { describe, expect, it } from 'vitest'
import { type AdvanceInput, advanceAction } from './advance-action'
import type { ClusterProgress } from './judge-landing'
import type { CallerSample } from './ports'
import type { ShotRow } from './store'
import type { ShotState, StepKind } from './types'
import { verifyCluster } from './verify-action'

const NOW = 1_000_000

function shot(clusterId: string, stepKind: StepKind, state: ShotState, over: Partial<ShotRow> = {}): ShotRow {
  const step = ['revoke-rights', 'delete-workload', 'delete-pods'].indexOf(stepKind)
  return {
    id: `${clusterId}-${step}`,
    actionId: 'a',
    clusterId,
    step,
    stepKind,
    wave: 2,
    state,
    write: { method: 'DELETE', path: '/x', guard: 'uid' },
    token: 1,
    fuseAt: 0,
    expiresAt: 0,
    attempts: 1,
    lastAttempts: [],
    detail: '',
    updatedAt: 0,
    ...over,
  }
}

const action: AdvanceInput['action'] = {
  state: 'running',
  confirmedAt: NOW - 10_000,
  expiresAt: NOW + 3_600_000,
}
const pause = { by: 'ada', at: NOW, reason: '', cause: 'person' as const, clusterIds: [] }

function advance(shots: ShotRow[], seen: Partial<ClusterProgress> = {}, over: Partial<typeof action> = {}) {
  const progress = () => ({ state: 'LockedOut' as const, evidenceAt: NOW - 1_000, ...seen })
  const { changes, state } = advanceAction({ action: { ...action, ...over }, shots, progress, now: NOW })
  return { changes: changes.map(change => `${change.id}=${change.set.state}`), state }
}

const before = { before: { at: 0, state: 'LockedOut' } }
const landed = { landedAt: NOW - 5_000, effect: before }

describe('steps on one cluster', () => {
  it('arms the next step whatever became of the rights', () => {
    for (const state of ['landed', 'superseded', 'refused'] as const) {
      const shots = [shot('a', 'revoke-rights', state), shot('a', 'delete-workload', 'waiting')]
      expect(advance(shots).changes).toEqual(['a-1=armed'])
    }
  })

  it('has one step under way at a time', () => {
    for (const state of ['armed', 'trying', 'draining'] as const) {
      const shots = [shot('a', 'revoke-rights', state), shot('a', 'delete-workload', 'waiting')]
      expect(advance(shots).changes).toEqual([])
    }
  })

  const removed = [shot('a', 'delete-workload', 'landed', landed), shot('a', 'delete-pods', 'waiting')]

  it.each<[string, Partial<ClusterProgress>, string[]]>([
    ['waits while nothing is known of the pods yet', {}, []],
    [
      'deletes pods at once where nobody collects them',
      { collectorGone: true, pods: { count: 'some', at: NOW } },
      ['a-2=armed'],
    ],
    ['leaves pods alone that are gone', { collectorGone: true, pods: { count: 0, at: NOW } }, ['a-2=landed']],
    ['waits while somebody may collect them', { collectorGone: false, pods: { count: 9, at: NOW } }, []],
  ])('%s', (_what, seen, expected) => {
    expect(advance(removed, seen).changes).toEqual(expected)
  })

  it.each<[string, ClusterProgress['pods'], string[]]>([
    ['that fall', { count: 5, before: 9, at: NOW }, []],
    ['that stay', { count: 9, before: 9, at: NOW }, ['a-2=armed']],
    ['that cannot be counted', { count: 'some', before: 'some', at: NOW }, ['a-2=armed']],
    ['that were never seen', undefined, ['a-2=armed']],
  ])('after half a minute judges pods %s', (_what, pods, expected) => {
    const late = { landedAt: NOW - 31_000, effect: before }
    const shots = [shot('a', 'delete-workload', 'landed', late), shot('a', 'delete-pods', 'waiting')]
    expect(advance(shots, { collectorGone: false, pods }).changes).toEqual(expected)
  })
})

describe('waves', () => {
  const cluster = (id: string, wave: number, state: ShotState, over: Partial<ShotRow> = {}) =>
    shot(id, 'delete-workload', state, { wave, ...over })
  const waiting = [cluster('b', 1, 'waiting'), cluster('c', 1, 'waiting'), cluster('d', 2, 'waiting')]

  it('starts with the canary alone', () => {
    expect(advance([cluster('a', 0, 'waiting'), ...waiting]).changes).toEqual(['a-1=armed'])
  })

  it('adds a canary for each 20 s without a landing, and for each that failed', () => {
    const stuck = [cluster('a', 0, 'trying'), ...waiting]
    expect(advance(stuck, {}, { confirmedAt: NOW - 21_000 }).changes).toEqual(['b-1=armed'])
    expect(advance(stuck, {}, { confirmedAt: NOW - 41_000 }).changes).toEqual(['b-1=armed', 'c-1=armed'])
    expect(advance([cluster('a', 0, 'superseded'), ...waiting]).changes).toEqual(['b-1=armed'])
  })

  it('opens the first wave once the canary is proven, the rest once half of that has landed', () => {
    const canary = cluster('a', 0, 'landed', landed)
    expect(advance([canary, ...waiting]).changes).toEqual(['b-1=armed', 'c-1=armed'])
    const half = [
      canary,
      cluster('b', 1, 'landed', landed),
      cluster('c', 1, 'trying'),
      cluster('d', 2, 'waiting'),
    ]
    expect(advance(half).changes).toEqual(['d-1=armed'])
  })

  it('takes nothing seen for no proof: other canaries join, but the fleet waits', () => {
    const canary = cluster('a', 0, 'landed', landed)
    expect(advance([canary, ...waiting], { evidenceAt: NOW - 6_000 }).changes).toEqual([])
    const silent = { evidenceAt: NOW - 600_000 }
    const earlier = cluster('a', 0, 'landed', { landedAt: NOW - 300_000, effect: before })
    const late = { confirmedAt: NOW - 301_000 }
    expect(advance([earlier, ...waiting], silent, late).changes).toEqual(['b-1=armed', 'c-1=armed'])
    expect(advance([earlier, ...waiting], silent, { ...late, widenedTo: 2 }).changes).toEqual([
      'b-1=armed',
      'c-1=armed',
      'd-1=armed',
    ])
  })

  it('opens what a person released, whatever is proven, but nothing while a cluster is worse', () => {
    const fresh = [cluster('a', 0, 'armed'), ...waiting]
    expect(advance(fresh, {}, { widenedTo: 1 }).changes).toEqual(['b-1=armed', 'c-1=armed'])
    expect(advance(fresh, {}, { widenedTo: 2 }).changes).toEqual(['b-1=armed', 'c-1=armed', 'd-1=armed'])
    const worse = [cluster('a', 0, 'landed', landed), ...waiting]
    expect(advance(worse, { state: 'Dark' }, { widenedTo: 2 }).changes).toEqual([])
  })

  it('arms nothing while it is paused, and still ends what is over', () => {
    const shots = [cluster('a', 0, 'landed', landed), ...waiting]
    expect(advance(shots, {}, { pause })).toEqual({ changes: [], state: undefined })
    expect(advance(shots, {}, { pause, expiresAt: NOW - 1 }).changes).toEqual([
      'b-1=expired',
      'c-1=expired',
      'd-1=expired',
    ])
    expect(advance([cluster('a', 0, 'verified', landed)], {}, { pause }).state).toBe('finished')
  })

  it('holds everybody for three minutes while a landed cluster is worse than before', () => {
    const canary = cluster('a', 0, 'landed', landed)
    expect(advance([canary, ...waiting], { state: 'Dark' }, { confirmedAt: NOW - 600_000 }).changes).toEqual(
      [],
    )
    const long = cluster('a', 0, 'landed', { landedAt: NOW - 181_000, effect: before })
    expect(advance([long, ...waiting], { state: 'Dark' }).changes).toEqual([])
    expect(advance([long, ...waiting], { state: 'Dark' }, { confirmedAt: NOW - 21_000 }).changes).toEqual([
      'b-1=armed',
    ])
  })
})

describe('callers where it landed', () => {
  const calm = { p99Ms: 40, turnedAway: 0, tries: 20 }
  const before = { before: { at: 0, state: 'Healthy', callers: calm } }
  const canary = shot('a', 'delete-workload', 'landed', { wave: 0, landedAt: NOW - 60_000, effect: before })
  const shots = [canary, shot('b', 'delete-workload', 'waiting', { wave: 1 })]
  const tries = (...waits: (number | 'no')[]) =>
    waits.map((wait, i) => ({
      at: NOW - 50_000 + i * 5_000,
      waitMs: wait === 'no' ? 5 : wait,
      served: wait !== 'no',
    }))
  const given = (samples: CallerSample[], over: Partial<AdvanceInput['action']> = {}, own = shots) => {
    const progress = () => ({ state: 'Healthy' as const, evidenceAt: NOW, callers: () => samples })
    return advanceAction({ action: { ...action, ...over }, shots: own, progress, now: NOW })
  }

  it.each<[string, CallerSample[]]>([
    ['p99 grows', tries(30, 900, 2_000, 3_200)],
    ['rejects grow', tries(30, 'no', 'no', 'no')],
  ])('pauses when %s', (_what, samples) => {
    const { pause, changes } = given(samples)
    expect(changes).toEqual([])
    expect(pause?.clusterIds).toEqual(['a'])
    expect(pause?.reason).toMatch(/^Callers fare worse where it landed: a, p99 \d+\.\d s \(0\.04 s before\)/)
  })

  it('does not stop for what spreads by itself, where it has not landed as well', () => {
    const worse = tries('no', 'no', 'no')
    const old = { at: NOW - 70_000, waitMs: 40, served: true }
    const spreading = (where: string[]) => {
      const progress = (id: string) => ({
        state: 'Healthy' as const,
        evidenceAt: NOW,
        callers: (since: number) => {
          const after = id === 'a' || where.includes(id) ? worse : tries(40, 40, 40)
          return [old, ...after].filter(({ at }) => at > since)
        },
      })
      const own = [...shots, shot('c', 'delete-workload', 'waiting', { wave: 2 })]
      return advanceAction({ action, shots: own, progress, now: NOW }).pause?.clusterIds
    }
    expect(spreading(['b', 'c'])).toBeUndefined()
    expect(spreading(['b'])).toEqual(['a'])
  })

  it('goes on where callers fare as before', () => {
    expect(given(tries(30, 45)).changes).toHaveLength(1)
    expect(given(tries('no', 30, 45)).changes).toHaveLength(1)
  })

  it('neither pauses nor goes on for one bad try, nor while nothing was tried since', () => {
    for (const samples of [tries(30, 2_000), tries(30, 'no', 'no'), tries('no', 'no', 30), []])
      expect(given(samples)).toEqual({ changes: [], state: undefined })
  })

  it('holds nothing against a cluster that was sick before, or that a person accepted', () => {
    expect(given(tries('no', 'no', 'no'), { accepted: ['a'] }).pause).toBeUndefined()
    const sick = { before: { at: 0, state: 'Healthy', callers: { p99Ms: 10_000, turnedAway: 9, tries: 10 } } }
    const own = [{ ...canary, effect: sick }, ...shots.slice(1)]
    expect(given(tries('no', 'no', 'no'), {}, own)).toMatchObject({ changes: [{ id: 'b-1' }] })
  })

  it('holds nothing against it once everything has been sent, or after ten minutes', () => {
    expect(given(tries('no', 'no', 'no'), {}, [canary]).pause).toBeUndefined()
    const old = { ...canary, landedAt: NOW - 601_000 }
    expect(given(tries('no', 'no', 'no'), {}, [old, ...shots.slice(1)]).pause).toBeUndefined()
  })
})

describe('ends', () => {
  it('expires what is idle, and ends only when nothing is open', () => {
    const expired = { expiresAt: NOW - 1 }
    const shots = [shot('a', 'revoke-rights', 'trying'), shot('a', 'delete-workload', 'waiting')]
    expect(advance(shots, {}, expired)).toEqual({ changes: ['a-1=expired'], state: undefined })
    expect(advance([shot('a', 'revoke-rights', 'draining')], {}, expired).state).toBeUndefined()
    expect(advance([shot('a', 'revoke-rights', 'expired')], {}, expired).state).toBe('expired')
  })

  it('is finished when everything that landed was judged', () => {
    expect(advance([shot('a', 'delete-workload', 'landed', landed)]).state).toBeUndefined()
    expect(advance([shot('a', 'delete-workload', 'verified', landed)]).state).toBe('finished')
    expect(advance([shot('a', 'delete-workload', 'refused')]).state).toBe('finished')
  })

  it('goes on while pods of a cluster that was verified early are watched, but not for ever', () => {
    const pods = (over: Partial<ShotRow>) => advance([shot('a', 'delete-pods', 'verified', over)]).state
    expect(pods(landed)).toBeUndefined()
    expect(pods({ ...landed, doneAt: NOW - 1_000 })).toBe('finished')
    expect(pods({ ...landed, landedAt: NOW - 15 * 60_000 })).toBe('finished')
  })
})

describe('verification of a cluster', () => {
  const shots = [shot('a', 'delete-workload', 'landed', landed), shot('a', 'delete-pods', 'landed', landed)]
  const verify = (seen: Partial<ClusterProgress>, now = NOW, own = shots, isUndo = false) => {
    const progress = { state: 'Recovering' as const, evidenceAt: NOW - 1_000, ...seen }
    return verifyCluster(own, progress, () => undefined, isUndo, now).map(change =>
      `${change.id} ${change.set.state ?? 'same'} ${change.set.doneAt === undefined ? '' : 'done'}`.trim(),
    )
  }
  const gone = { pods: { count: 0, at: NOW } }

  it('needs silent callers and an admitted canary, seen after the landing', () => {
    expect(verify(gone)).toEqual(['a-1 verified done', 'a-2 verified done'])
    expect(verify({ ...gone, state: 'LockedOut' })).toEqual(['a-1 same done', 'a-2 same done'])
    expect(verify({ ...gone, evidenceAt: NOW - 6_000 })).toEqual(['a-1 same done', 'a-2 same done'])
    expect(verify({ pods: { count: 3, at: NOW } })).toEqual([])
  })

  it('takes callers without rights for silent, though their pods are not gone', () => {
    const revoked = [
      shot('a', 'revoke-rights', 'landed', landed),
      shot('a', 'delete-workload', 'landed', landed),
    ]
    expect(verify({}, NOW, revoked)).toEqual(['a-0 verified done', 'a-1 verified'])
  })

  it('gives up after a quarter of an hour', () => {
    expect(verify({ state: 'Dark' }, NOW + 16 * 60_000)).toEqual(['a-1 unverified', 'a-2 unverified'])
  })

  it('waits while a step is still open', () => {
    expect(verify(gone, NOW, [...shots, shot('a', 'revoke-rights', 'trying')])).toEqual([
      'a-1 same done',
      'a-2 same done',
    ])
  })

  it('asks no pods of an undo', () => {
    expect(verify({ state: 'Healthy' }, NOW, [shot('a', 'delete-workload', 'landed', landed)], true)).toEqual(
      ['a-1 verified done'],
    )
  })
})
