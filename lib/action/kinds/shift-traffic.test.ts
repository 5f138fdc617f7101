import { describe, expect, it } from 'vitest'
import { asRecord } from '../saved-object'
import { ActionWorld } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'

const GROUP = 'gateway.networking.k8s.io'
const path = `/apis/${GROUP}/v1/namespaces/shop/httproutes/web`
const target = { kind: 'HTTPRoute', namespace: 'shop', name: 'web' } as const
const slices = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices'
const rules = [
  {
    matches: [{ path: { value: '/' } }],
    backendRefs: [
      { name: 'blue', port: 80, weight: 90 },
      { name: 'green', port: 80, weight: 10 },
    ],
  },
]

/** @param ready endpoints of every backend: lists are told apart by their selector, which this fleet does not read */
async function world(ready: number | undefined) {
  const w = new ActionWorld()
  const process = await w.startProcess()
  const a = w.fleet.add('a', { state: 'Healthy' })
  a.objects.set(`/apis/${GROUP}`, { versions: [{ version: 'v1' }] })
  a.objects.set(path, { metadata: { name: 'web', namespace: 'shop', uid: 'r1' }, spec: { rules } })
  if (ready !== undefined) {
    const endpoints = Array.from({ length: ready }, () => ({ conditions: {} }))
    a.objects.set(slices, { items: [{ endpoints: [...endpoints, { conditions: { ready: false } }] }] })
  }
  const shift = (percent: number) =>
    planned(w, process, { kind: 'shift-traffic', target, to: 'green', percent, clusterIds: ['a'] })
  return { w, process, a, shift }
}

describe('shifting traffic', () => {
  it('sets the weights that were planned, reads them back, and gives back those that were there', async () => {
    const { w, process, a, shift } = await world(4)
    const plan = await shift(60)
    expect(plan.targets[0]?.steps[0]?.text).toBe(
      'Give green 60 % of HTTPRoute shop/web, where it had 10 % (uid r1)',
    )
    expect(plan.targets[0]?.capacity).toEqual({ backend: 'green', ready: 4, each: 0.15, mostNow: 0.225 })
    await confirmed(w, process, plan)
    await w.run(30_000)
    expect(w.states()).toEqual(['a:set-weights=verified'])
    expect(asRecord(a.objects.get(path)).spec).toEqual({
      rules: [
        {
          ...rules[0],
          backendRefs: [
            { name: 'blue', port: 80, weight: 4_000 },
            { name: 'green', port: 80, weight: 6_000 },
          ],
        },
      ],
    })
    await process.actions.undo(plan.id, { name: 'ada' })
    await w.run(60_000)
    expect(asRecord(a.objects.get(path)).spec).toEqual({ rules })
    await process.actions.stop()
  })

  it.each([
    [4, 60, 'pass'],
    [4, 100, 'warn'],
    [0, 60, 'block'],
    [undefined, 60, 'warn'],
  ])('with %s ready endpoints and %i %%: %s', async (ready, percent, verdict) => {
    const { process, shift } = await world(ready)
    const plan = await shift(percent)
    expect(plan.guards.find(({ guard }) => guard === 'traffic.capacity')?.verdict).toBe(verdict)
    await process.actions.stop()
  })
})
