import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { askCluster } from './ask-cluster'
import { FakeFleet, type Fate, WORKLOAD_PATH } from './testing/fake-fleet'

const request = { method: 'GET', path: WORKLOAD_PATH } as const
const hang: Fate = { hangMs: 60_000, outcome: 'serve' }

function world(fates: Record<string, Fate>) {
  const clock = new FakeClock()
  const fleet = new FakeFleet(clock)
  const cluster = fleet.add('a', { state: 'Strained' })
  const asked: string[] = []
  cluster.fate = (_request, { id, kind }) => {
    asked.push(id)
    return fates[kind] ?? 'serve'
  }
  const ask = async (forMs: number, first?: string) => {
    const asking = askCluster(fleet, clock, cluster.facts, request, 3_000, first)
    await clock.advance(forMs)
    return asking
  }
  const lane = (kind: string) => cluster.facts.cluster.lanes.find(one => one.kind === kind)?.id ?? ''
  return { ask, asked, lane }
}

describe('a look at a cluster', () => {
  it('uses the ordinary lane alone while that answers', async () => {
    const { ask, asked, lane } = world({})
    expect(await ask(3_000)).toMatchObject({ status: 200, laneId: lane('ordinary') })
    expect(asked).toEqual([lane('ordinary')])
  })

  it('does not wait out an ordinary lane that queues: the exempt one answers in under half a second', async () => {
    const { ask, lane } = world({ ordinary: hang })
    expect(await ask(450)).toMatchObject({ status: 200, laneId: lane('exempt') })
  })

  it('goes on at once when it is turned away, and tells of that when no lane lets it in', async () => {
    const turnedAway = world({ ordinary: { status: 429 } })
    expect(await turnedAway.ask(150)).toMatchObject({ status: 200, laneId: turnedAway.lane('exempt') })
    const shut = world({ ordinary: { status: 429 }, exempt: { status: 403 } })
    expect(await shut.ask(150)).toMatchObject({ status: 403 })
  })

  it('begins with the lane that answered before', async () => {
    const { ask, asked, lane } = world({})
    await ask(3_000, lane('exempt'))
    expect(asked).toEqual([lane('exempt')])
  })

  it('ends within its budget when nobody answers', async () => {
    const { ask } = world({ ordinary: hang, exempt: hang })
    expect(await ask(3_000)).toMatchObject({ outcome: 'timeout' })
  })
})
