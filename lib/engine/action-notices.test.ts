import { expect, it } from 'vitest'
import type { ActionSummary } from '../action/store'
import { actionNotices } from './action-notices'

const AT = Date.parse('2024-12-11T23:20:00Z')

function overridden(over: Partial<ActionSummary> = {}): ActionSummary {
  return {
    id: 'x',
    kind: 'remove-service',
    state: 'running',
    digest: '',
    by: 'ada',
    reason: '',
    plannedAt: AT,
    expiresAt: AT,
    target: { kind: 'DaemonSet', namespace: 'o', name: 'telemetry' },
    blastRadius: { clusters: 1, fleetClusters: 1, nodes: 1, workloads: 1, pods: 1, products: [] },
    approval: {
      askedBy: 'ada',
      askedAt: AT,
      reason: 'it floods',
      overrideAt: AT,
      answer: { kind: 'overridden', by: 'grace', at: AT, reason: 'Nobody answers.' },
    },
    ...over,
  }
}

it('tells of a freeze, and of what went out without a second person until it is reviewed', () => {
  const [frozen, alarm, ...others] = actionNotices({ by: 'lin' }, [
    overridden(),
    overridden({ approval: undefined }),
    overridden({
      approval: {
        ...(overridden().approval ?? { askedBy: '', askedAt: 0, reason: '', overrideAt: 0 }),
        review: { by: 'lin', at: AT, note: 'right' },
      },
    }),
  ])
  expect(frozen).toMatchObject({ code: 'actions.frozen', severity: 'critical' })
  expect(frozen?.text).toContain('lin froze all actions')
  expect(alarm).toMatchObject({ code: 'approval.overridden', severity: 'critical', actionId: 'x' })
  expect(alarm?.text).toContain(
    'grace overrode the guard approval.second-person at 23:20 UTC: Nobody answers.',
  )
  expect(others).toEqual([])
  expect(actionNotices(undefined, [])).toEqual([])
})
