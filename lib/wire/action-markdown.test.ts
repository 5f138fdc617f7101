import fc from 'fast-check'
import { expect, it } from 'vitest'
import { actionMarkdown } from './action-markdown'
import type { ActionDto } from './actions'

const AT = '2024-12-11T23:18:04Z'

function action(over: Partial<ActionDto> = {}): ActionDto {
  const base = {
    title: 'Remove telemetry-collector',
    target: { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' },
    state: 'planned',
    by: 'ada',
    plannedAt: AT,
    confirmedAt: null,
    reason: '',
    approval: null,
    digest: 'd'.repeat(64),
    undoStatement: 'Undo creates it again.',
    blastRadius: { clusters: 1, fleetClusters: 3, nodes: 40, workloads: 1, pods: 40, products: ['chat'] },
    guards: [{ guard: 'plan.fresh', verdict: 'pass', text: 'It holds.' }],
    targets: [
      {
        clusterId: 'a',
        clusterName: 'a',
        nodes: 40,
        pods: null,
        state: 'LockedOut',
        wave: 'canary',
        reachedBy: 'ordinary',
        verification: { kind: 'dry-run', at: AT, why: null },
        gitOps: null,
        steps: [{ kind: 'delete-workload', text: 'Delete DaemonSet' }],
        notes: [],
      },
    ],
    leftOut: [],
  }
  return { ...base, ...over } as unknown as ActionDto
}

it('tells a plan as a person reads it', () => {
  const text = actionMarkdown(action())
  expect(text).toContain('# Remove telemetry-collector\n')
  expect(text).toContain('- Clusters: 1 of 3, nodes: 40, pods: 40')
  expect(text).toContain('| a | canary | 40 | not known | LockedOut | dry run | Delete DaemonSet |')
  expect(text).not.toContain('## Left out')
})

it('lets no name or reason become markup, or break a table', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), hostile => {
      const [target] = action().targets
      const text = actionMarkdown(
        action({
          reason: `x${hostile}`,
          targets: target ? [{ ...target, clusterName: hostile }] : [],
          leftOut: [{ clusterId: 'b', clusterName: hostile, reason: hostile }],
        }),
      )
      const rows = text.split('\n').filter(line => line.startsWith('| '))
      const cells = rows.map(line => line.replace(/\\./gsu, '').split('|').length - 2)
      expect(cells).toEqual([3, 3, 3, 7, 7, 7, 2, 2, 2])
      expect(text.replace(/\\./gsu, '')).not.toMatch(/[<>[\]]/)
      expect(text.split('\n').filter(line => line.startsWith('#'))).toHaveLength(4)
    }),
  )
})
