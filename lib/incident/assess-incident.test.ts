import { describe, expect, it } from 'vitest'
import { assessIncident, type ClusterStanding } from './assess-incident'

const cluster = (over: Partial<ClusterStanding> = {}): ClusterStanding => ({
  clusterId: 'a',
  nodes: 100,
  state: 'Healthy',
  since: 1_000,
  dataPlane: 'Fresh',
  ...over,
})
const calm = Array.from({ length: 20 }, () => cluster())

describe('assessIncident', () => {
  it('sees none in a calm fleet, nor in one that strains or is not known', () => {
    expect(
      assessIncident(
        [...calm, cluster({ state: 'Strained' }), cluster({ state: 'Unknown' })],
        5_000,
        undefined,
      ),
    ).toBeUndefined()
  })

  it('grades by what is lost', () => {
    const grade = (...sick: ClusterStanding[]) =>
      assessIncident([...calm, ...sick], 5_000, undefined)?.severity
    expect(grade(cluster({ state: 'Overloaded' }))).toBe('SEV3')
    expect(grade(cluster({ state: 'LockedOut' }))).toBe('SEV2')
    expect(grade(cluster({ state: 'LockedOut' }), cluster({ state: 'Dark', nodes: 500 }))).toBe('SEV1')
    expect(grade(cluster({ state: 'LockedOut', dataPlane: 'Burning' }))).toBe('SEV1')
    expect(grade(cluster({ dataPlane: 'Dry' }))).toBe('SEV1')
  })

  it('keeps its beginning and ends only after five calm minutes', () => {
    const begun = assessIncident([cluster({ state: 'Overloaded', since: 2_000 })], 5_000, undefined)
    expect(begun?.since).toBe(2_000)
    const later = assessIncident([cluster({ state: 'LockedOut', since: 90_000 })], 100_000, begun)
    expect(later).toMatchObject({ since: 2_000, severity: 'SEV2' })
    const fading = assessIncident(calm, 200_000, later)
    expect(fading).toMatchObject({ since: 2_000, calmSince: 200_000 })
    expect(assessIncident(calm, 499_000, fading)).toBeDefined()
    expect(assessIncident(calm, 500_000, fading)).toBeUndefined()
  })
})
