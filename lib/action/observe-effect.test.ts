import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import type { ClusterClient } from '../kube/types'
import type { LookTarget } from './effect-terms'
import { createEffectObserver, lookTargetOf } from './observe-effect'
import type { ShotRow } from './store'
import { FakeFleet } from './testing/fake-fleet'
import { podsPath } from './workload-paths'

const target = (planned?: number): LookTarget => ({
  actionId: 'x',
  what: 'pods',
  clusterId: 'a',
  namespace: 'observability',
  selector: 'app=x',
  planned,
})

function world() {
  const clock = new FakeClock()
  const fleet = new FakeFleet(clock)
  const cluster = fleet.add('a')
  const observer = createEffectObserver(clock, fleet, fleet)
  const look = async (planned?: number) => {
    const looking = observer.lookAt([target(planned)])
    await clock.advance(11_000)
    await looking
    return observer.observed('x', 'a')
  }
  return { clock, fleet, cluster, observer, look }
}

describe('looking whether pods fall', () => {
  it('counts few pods, and remembers the count before', async () => {
    const { cluster, look } = world()
    cluster.pods = 40
    expect((await look(100))?.pods).toMatchObject({ count: 40 })
    cluster.pods = 12
    expect((await look(100))?.pods).toMatchObject({ count: 12, before: 40 })
  })

  it('only sees that there are some when there are many, one item a look', async () => {
    const { cluster, look } = world()
    cluster.pods = 4_000
    expect((await look(4_000))?.pods).toMatchObject({ count: 'some' })
    cluster.pods = 0
    expect((await look(4_000))?.pods).toMatchObject({ count: 0 })
  })

  it("reads an API server's empty list of metadata, whose items are null", async () => {
    const clock = new FakeClock()
    const fleet = new FakeFleet(clock)
    fleet.add('a')
    const body = '{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"7"},"items":null}'
    const client = { request: async () => ({ outcome: 'answer', status: 200, body, truncated: false }) }
    const observer = createEffectObserver(clock, client as unknown as ClusterClient, fleet)
    await observer.lookAt([target(5)])
    expect(observer.observed('x', 'a')?.pods).toMatchObject({ count: 0 })
  })

  it('asks a cluster at most every ten seconds', async () => {
    const { clock, cluster, observer } = world()
    const first = observer.lookAt([target()])
    await clock.advance(1_000)
    await first
    const asked = cluster.requests
    for (let i = 0; i < 8; i++) {
      const again = observer.lookAt([target()])
      await clock.advance(1_000)
      await again
    }
    expect(cluster.requests - asked).toBe(0)
  })

  it.each([
    [120_000, true],
    [2_000, false],
  ])('takes a controller manager whose lease is %i ms old for gone: %s', async (ageMs, gone) => {
    const { fleet, look } = world()
    fleet.setLease('a', ageMs)
    expect((await look())?.collectorGone).toBe(gone)
  })

  it('does not guess when the cluster does not answer', async () => {
    const { cluster, look } = world()
    cluster.fate = () => 'never-arrive'
    expect(await look()).toBeUndefined()
    cluster.fate = () => 'serve'
  })

  it('reads namespace and selector back from the step’s own write', () => {
    const about = { actionId: 'x', clusterId: 'a' }
    const deletion = { ...about, stepKind: 'delete-workload', landedAt: 1 } as ShotRow
    const shot = {
      ...about,
      stepKind: 'delete-pods',
      write: { path: podsPath('ob s', 'a=b,c in (d,e)') },
    } as ShotRow
    expect(lookTargetOf([shot], 5), 'before the workload is gone').toBeUndefined()
    expect(lookTargetOf([deletion, shot], 5)).toEqual({
      actionId: 'x',
      what: 'pods',
      clusterId: 'a',
      namespace: 'ob s',
      selector: 'a=b,c in (d,e)',
      planned: 5,
    })
    const odd = { ...shot, write: { ...shot.write, path: '/other' } }
    expect(lookTargetOf([deletion, odd], 5)).toBeUndefined()
  })
})

describe('looking whether a workload followed its change', () => {
  const path = '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector'
  const followed = async (newPods: boolean, status: Record<string, number>) => {
    const { clock, fleet, cluster, observer } = world()
    const object = fleet.daemonSet(0, { generation: 3 })
    cluster.objects.set(path, { ...object, status: { observedGeneration: 3, ...status } })
    const looking = observer.lookAt([{ actionId: 'x', clusterId: 'a', what: 'workload', path, newPods }])
    await clock.advance(1_000)
    await looking
    return observer.observed('x', 'a')?.converged
  }
  const kept = { desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 0 }

  it('waits for pods of a new template only where the change asks for them', async () => {
    expect(await followed(false, kept), 'fewer places, pods of old').toMatchObject({ is: true })
    expect(await followed(true, kept)).toEqual({
      is: false,
      words: '2 pods where 2 are wanted, 0 of them new',
    })
    expect(await followed(true, { ...kept, updatedNumberScheduled: 2 })).toMatchObject({ is: true })
  })

  it('waits for pods that are where none may be any more', async () => {
    expect(await followed(false, { ...kept, numberMisscheduled: 3 })).toMatchObject({ is: false })
    expect(await followed(false, { ...kept, observedGeneration: 2 })).toMatchObject({ is: false })
  })
})
