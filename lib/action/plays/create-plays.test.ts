import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryAuditStore } from '../../audit/testing/memory-audit-store'
import { verifyChain } from '../../audit/verify-chain'
import { FakeClock } from '../../clock/fake-clock'
import { HoldfastError } from '../../errors'
import { ADA, refusal } from '../testing/action-world'
import type { ActionRequest } from '../types'
import { createPlays } from './create-plays'
import { playsOf } from './plays-of'
import { MemoryPlayStore } from './testing/memory-play-store'
import { cluster, partAction, stormFacts } from './testing/play-facts'
import { playStoreContract } from './testing/play-store-contract'
import type { PartAction, PlayFacts } from './types'

describe('the store in memory', () => {
  playStoreContract(async () => {
    const audit = new MemoryAuditStore()
    return { plays: new MemoryPlayStore(audit), audit }
  })
})

const BOB = { name: 'bob' }
let facts: PlayFacts
let actions: Map<string, PartAction>
let planned: ActionRequest[]
let events: string[]
let store: MemoryPlayStore
let plays: ReturnType<typeof createPlays>
let refuse: string | undefined

beforeEach(() => {
  const clock = new FakeClock()
  facts = stormFacts()
  actions = new Map()
  planned = []
  events = []
  refuse = undefined
  store = new MemoryPlayStore(new MemoryAuditStore())
  plays = createPlays({
    clock,
    peopleNow: () => clock.now(),
    store,
    plays: () => playsOf([]),
    facts: () => facts,
    async plan(request) {
      if (request.kind === refuse) throw new HoldfastError('invalid-input', 'no such thing')
      planned.push(request)
      const id = `${request.kind}-${planned.length}`
      actions.set(id, partAction({ id, kind: request.kind }))
      const { blastRadius } = partAction({}).action
      return {
        id,
        request,
        targets: [],
        leftOut: [],
        blastRadius,
        guards: [{ guard: 'plan.fresh', verdict: 'pass', text: 'It holds.' }],
        undoStatement: '',
        plannedAt: clock.now(),
        expiresAt: clock.now() + 600_000,
        digest: 'd'.repeat(64),
      }
    },
    action: async id => actions.get(id),
    onEvent: text => events.push(text),
  })
})

const standing = (view: Awaited<ReturnType<typeof plays.run>>, id: string) =>
  view.parts.find(({ part }) => part.id === id)

/** As if the action had been confirmed and had landed on cluster a. */
const land = (id: string) => actions.set(id, partAction({ id, state: 'finished' }, { a: 'verified' }))

describe('a play', () => {
  it('plans what applies at once with one call, confirms nothing, and is kept with its reasons', async () => {
    const view = await plays.start('read-storm', 'agents flood the API servers', ADA)
    expect(planned.map(({ kind }) => kind).sort()).toEqual(['freeze-roll-outs', 'mute-caller'])
    expect(planned.every(({ reason }) => reason === 'agents flood the API servers')).toBe(true)
    expect(standing(view, 'freeze')).toMatchObject({
      standing: 'planned',
      current: { action: { state: 'planned' } },
    })
    expect(view.run.parts[0]?.plan?.guards).toHaveLength(1)
    const [entry] = store.audit.entries
    expect(entry).toMatchObject({
      actor: 'ada',
      verb: 'play.started',
      detail: {
        planned: { freeze: 'freeze-roll-outs-1', mute: 'mute-caller-2' },
        notPlanned: { remove: 'until “Freeze its roll-out” has landed' },
      },
    })
    expect(events).toEqual(['Play “Read storm with lock-out” started by ada: 2 of 9 parts planned'])
  })

  it('offers a later part once, when what it waited for has landed, and plans it when asked', async () => {
    const { run } = await plays.start('read-storm', '', ADA)
    const early = await refusal(plays.planPart(run.id, 'remove', BOB))
    expect(early.blockedBy).toEqual([
      {
        guard: 'play.remove',
        reason: '“Remove the service” waits until “Freeze its roll-out” has landed.',
      },
    ])
    await plays.look()
    expect(events).toHaveLength(1)
    land('freeze-roll-outs-1')
    await plays.look()
    await plays.look()
    expect(events.slice(1)).toEqual(['Play “Read storm with lock-out”: Remove the service can go now'])
    const view = await plays.planPart(run.id, 'remove', BOB)
    expect(standing(view, 'remove')).toMatchObject({ standing: 'planned' })
    expect((await refusal(plays.planPart(run.id, 'remove', BOB))).code).toBe('conflict')
    expect(store.audit.entries.map(({ verb }) => verb)).toEqual([
      'play.started',
      'play.part-offered',
      'play.part-planned',
    ])
    expect(await verifyChain(store.audit.entries)).toMatchObject({ ok: true })
  })

  it('says why where no part applies', async () => {
    facts = stormFacts({ suspect: undefined, clusters: [cluster('a')] })
    const error = await refusal(plays.start('read-storm', '', ADA))
    expect(error.code).toBe('blocked-by-guard')
    expect(error.blockedBy?.[0]).toEqual({
      guard: 'play.freeze',
      reason: 'Freeze its roll-out: no suspect leads the ranking.',
    })
    expect(store.runs.size).toBe(0)
  })

  it('goes on when one of its plans cannot be made, and plans that part again', async () => {
    refuse = 'mute-caller'
    const view = await plays.start('read-storm', '', ADA)
    expect(view.run.parts.find(({ id }) => id === 'mute')).toMatchObject({
      problem: 'no such thing',
      actionIds: [],
    })
    expect((await refusal(plays.planPart(view.run.id, 'mute', ADA))).message).toBe('no such thing')
    refuse = undefined
    const again = await plays.planPart(view.run.id, 'mute', ADA)
    expect(again.run.parts.find(({ id }) => id === 'mute')).toMatchObject({ problem: undefined })
  })

  it('is under way once at a time, and ends without touching its actions', async () => {
    const { run } = await plays.start('read-storm', '', ADA)
    expect((await refusal(plays.start('read-storm', '', BOB))).message).toContain(
      'ada started this play already',
    )
    const before = structuredClone([...actions])
    await plays.end(run.id, BOB)
    expect([...actions]).toEqual(before)
    expect((await refusal(plays.planPart(run.id, 'remove', BOB))).message).toContain('ended by bob')
    expect((await refusal(plays.end(run.id, BOB))).code).toBe('conflict')
    await plays.start('read-storm', '', BOB)
    expect((await plays.runs()).map(one => one.run.state)).toEqual(['open', 'ended'])
  })

  it('of two who plan a part at the same moment lets one', async () => {
    const { run } = await plays.start('read-storm', '', ADA)
    land('freeze-roll-outs-1')
    const both = await Promise.allSettled([
      plays.planPart(run.id, 'remove', ADA),
      plays.planPart(run.id, 'remove', BOB),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('leaves the taking back to the action itself', async () => {
    const { run } = await plays.start('read-storm', '', ADA)
    land('mute-caller-2')
    facts = stormFacts({ suspect: undefined, clusters: [cluster('a')] })
    expect((await refusal(plays.planPart(run.id, 'unmute', ADA))).hint).toContain('Its page has the button')
  })

  it('is what the operator declared where that has the same id', () => {
    const [shipped] = playsOf([])
    if (!shipped) throw new Error('no play')
    const own = { ...shipped, title: 'Ours' }
    expect(playsOf([own]).map(({ title, isShipped }) => [title, isShipped])[0]).toEqual(['Ours', false])
    expect(playsOf([{ ...own, id: 'ours' }])).toHaveLength(5)
  })
})
