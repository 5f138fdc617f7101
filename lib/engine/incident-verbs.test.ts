import { describe, expect, it } from 'vitest'
import type { Principal } from '../access/types'
import type { AuditDraft } from '../audit/types'
import type { TimelineEntry } from '../incident/types'
import type { Memory } from '../store/memory-store'
import { FleetWatch } from './fleet-watch'
import { declareIncident, endIncident } from './incident-verbs'
import { recallDeclared } from './memories'
import type { Stores } from './stores'
import type { World } from './world'

const NOW = Date.parse('2024-12-11T23:00:00Z')
const ADA = { name: 'Ada' } as Principal
const post = { severity: 'SEV2', title: 'Writes hang in every region' } as const

function desk(refuses = false) {
  const kept = { memories: [] as Memory[], lines: [] as TimelineEntry[], audit: [] as AuditDraft[] }
  const keep = <T>(into: T[]) => ({
    async put(all: readonly T[]) {
      if (refuses) throw new Error('the database is away')
      into.push(...all)
    },
  })
  const stores = {
    memory: { save: keep(kept.memories).put },
    timeline: { add: keep(kept.lines).put },
    audit: { append: keep(kept.audit).put },
  } as unknown as Stores
  const fleet = { clusters: [], products: [] } as unknown as ConstructorParameters<typeof FleetWatch>[0]
  const watch = new FleetWatch(fleet, NOW)
  const deps = { world: { watch } as World, stores }
  return { kept, watch, deps }
}

describe('a declared incident', () => {
  it('opens at once, is kept, audited, and stays while the clusters are calm', async () => {
    const { kept, watch, deps } = desk()
    await declareIncident(deps, post, ADA, NOW)
    expect(watch.incident).toEqual({ ...post, since: NOW, declaredBy: 'Ada' })
    for (let second = 1; second < 900; second++) watch.tick(NOW + second * 1_000, false)
    expect(watch.incident).toMatchObject(post)
    expect(watch.timeline.map(({ by, text }) => `${by}: ${text}`)).toEqual([
      'Ada: Declared SEV2: Writes hang in every region',
    ])
    expect(kept.audit).toMatchObject([{ actor: 'Ada', verb: 'incident.declared', detail: post }])
    expect(recallDeclared(kept.memories.at(-1))).toEqual({ ...post, at: NOW, by: 'Ada' })
  })

  it('keeps its beginning when it is graded anew, and ends when a person says so, for a start after it too', async () => {
    const { kept, watch, deps } = desk()
    await declareIncident(deps, post, ADA, NOW)
    await declareIncident(deps, { ...post, severity: 'SEV1' }, { ...ADA, name: 'Grace' }, NOW + 60_000)
    expect(watch.incident).toMatchObject({ severity: 'SEV1', since: NOW, declaredBy: 'Grace' })
    await endIncident(deps, ADA, NOW + 120_000)
    expect(watch.incident).toBeUndefined()
    expect(recallDeclared(kept.memories.at(-1))).toBeUndefined()
    expect(kept.audit.at(-1)).toMatchObject({ verb: 'incident.ended', detail: { severity: 'SEV1' } })
    await expect(endIncident(deps, ADA, NOW + 130_000)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is not open where it could not be kept', async () => {
    const { watch, deps } = desk(true)
    await expect(declareIncident(deps, post, ADA, NOW)).rejects.toMatchObject({ code: 'unavailable' })
    expect(watch.incident).toBeUndefined()
    expect(watch.timeline).toEqual([])
  })
})
