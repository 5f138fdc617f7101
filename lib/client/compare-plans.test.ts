import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ActionDto } from '../wire/actions'
import { comparePlans } from './compare-plans'

type Plan = Parameters<typeof comparePlans>[0]

const target = (clusterName: string, wave: string, step = 'Delete it') =>
  ({
    clusterId: clusterName,
    clusterName,
    wave,
    verification: { kind: 'dry-run' },
    steps: [{ kind: 'delete-workload', text: step }],
  }) as unknown as ActionDto['targets'][number]

function plan(over: Partial<Plan> = {}): Plan {
  return {
    request: {
      kind: 'mute-caller',
      target: { kind: 'ServiceAccount', namespace: 'n', name: 'x' },
      minutes: 60,
      reason: 'one',
    },
    targets: [target('a', 'canary'), target('b', 'all')],
    guards: [{ guard: 'plan.fresh', verdict: 'pass', text: 'It holds.' }],
    leftOut: [],
    blastRadius: { clusters: 2, fleetClusters: 3, nodes: 9, workloads: 2, pods: 0, products: [] },
    ...over,
  }
}

it('names what moved, came, went and is judged otherwise', () => {
  const after = plan({
    request: { ...plan().request, minutes: 15, reason: 'another' } as Plan['request'],
    targets: [target('a', 'all'), target('c', 'canary')],
    leftOut: [{ clusterId: 'b', clusterName: 'b', reason: 'no lane leads into it' }],
    guards: [{ guard: 'plan.fresh', verdict: 'block', text: 'It expired.' }],
  })
  expect(comparePlans(plan(), after)).toEqual({
    asked: [{ name: 'minutes', before: '60', after: '15' }],
    targets: [
      {
        name: 'a',
        before: 'wave canary; dry run passed; Delete it',
        after: 'wave all; dry run passed; Delete it',
      },
      { name: 'b', before: 'wave all; dry run passed; Delete it', after: 'left out: no lane leads into it' },
      { name: 'c', before: 'not part of it', after: 'wave canary; dry run passed; Delete it' },
    ],
    guards: [{ name: 'plan.fresh', before: 'pass: It holds.', after: 'block: It expired.' }],
  })
})

it('finds nothing between a plan and itself, and the same the other way round', () => {
  const drawn = fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('canary', 'first', 'all')), {
      selector: ([name]) => name,
    })
    .map(targets => plan({ targets: targets.map(([name, wave]) => target(name, wave)) }))
  fc.assert(
    fc.property(drawn, drawn, (one, other) => {
      expect(comparePlans(one, one)).toEqual({ asked: [], targets: [], guards: [] })
      const back = comparePlans(other, one).targets
      expect(comparePlans(one, other).targets).toEqual(
        back.map(({ name, before, after }) => ({ name, before: after, after: before })),
      )
    }),
  )
})
