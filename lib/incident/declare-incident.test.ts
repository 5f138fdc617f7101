import { describe, expect, it } from 'vitest'
import type { Incident } from './assess-incident'
import { type Declared, openIncident } from './declare-incident'

const assessed: Incident = { severity: 'SEV2', title: 'Control plane lost on 1 cluster', since: 5_000 }
const declared: Declared = { severity: 'SEV3', title: 'Callers say that writes hang', at: 2_000, by: 'Ada' }

describe('the open incident', () => {
  it('is what is assessed while nobody declared one, and what was declared while nothing shows', () => {
    expect(openIncident(undefined, undefined)).toBeUndefined()
    expect(openIncident(assessed, undefined)).toBe(assessed)
    expect(openIncident(undefined, declared)).toEqual({
      severity: 'SEV3',
      title: declared.title,
      since: 2_000,
      declaredBy: 'Ada',
    })
  })

  it('is one of both: the graver severity, the earlier beginning, named by what the clusters show', () => {
    expect(openIncident(assessed, declared)).toEqual({ ...assessed, since: 2_000, declaredBy: 'Ada' })
    const graver = openIncident(assessed, { ...declared, severity: 'SEV1', at: 9_000 })
    expect(graver).toMatchObject({ severity: 'SEV1', since: 5_000, title: assessed.title })
  })

  it('stays open by the person’s words when the clusters are calm again', () => {
    const fading = { ...assessed, title: 'Calm again, still watched', calmSince: 8_000 }
    expect(openIncident(fading, declared)).toMatchObject({ severity: 'SEV3', title: declared.title })
  })
})
