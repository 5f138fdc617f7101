import { expect, it } from 'vitest'
import type { AuditStore } from '../../audit/store'
import { readChain } from '../../audit/store'
import { verifyChain } from '../../audit/verify-chain'
import type { Approval } from '../approval'
import type { ActionRow, ActionStore, ShotRow } from '../store'
import { actionRow, entry, NOW, shotRow } from './action-rows'

interface Stores {
  actions: ActionStore
  audit: AuditStore
}

/** What every ActionStore must do; `make` gives an empty one. Leases of 0 ms have lapsed at once. */
export function actionStoreContract(make: () => Promise<Stores>): void {
  async function armed(
    stores: Stores,
    shots: (id: string) => ShotRow[],
  ): Promise<{ action: ActionRow; rows: ShotRow[] }> {
    const action = actionRow()
    const rows = shots(action.id)
    await stores.actions.savePlan(action, entry('action.planned'))
    const set = {
      state: 'running' as const,
      confirmedAt: NOW,
      confirmedBy: 'grace',
      expiresAt: NOW + 3_600_000,
    }
    const change = { id: action.id, from: ['planned' as const], set, audit: entry('action.confirmed') }
    expect(await stores.actions.arm(change, rows)).toBe(true)
    return { action: { ...action, ...set }, rows }
  }

  it('gives back a plan as it was saved, and a summary without it', async () => {
    const { actions } = await make()
    const action = actionRow()
    await actions.savePlan(action, entry('action.planned'))
    expect(await actions.getAction(action.id)).toEqual(action)
    expect(await actions.getAction('nope')).toBeUndefined()
    const { plan, ...rest } = action
    const summary = { ...rest, target: plan.request.target, blastRadius: plan.blastRadius }
    expect(await actions.listActions(10)).toEqual([summary])
    expect(await actions.listActionsIn(['planned'])).toEqual([summary])
    expect(await actions.listActionsIn(['running', 'aborting'])).toEqual([])
  })

  it('keeps what a second person was asked, and lists what nobody has reviewed', async () => {
    const { actions, audit } = await make()
    const action = actionRow()
    await actions.savePlan(action, entry('action.planned'))
    const approval: Approval = { askedBy: 'ada', askedAt: NOW, reason: 'now', overrideAt: NOW + 120_000 }
    const ask = {
      id: action.id,
      from: ['planned' as const],
      set: { state: 'awaiting' as const, approval },
      audit: entry('action.approval-asked'),
    }
    expect(await Promise.all([actions.changeAction(ask), actions.changeAction(ask)])).toEqual(
      expect.arrayContaining([true, false]),
    )
    expect(await actions.getAction(action.id)).toEqual({ ...action, state: 'awaiting', approval })
    expect((await actions.listActionsIn(['awaiting']))[0]?.approval).toEqual(approval)
    expect(await actions.listToReview()).toEqual([])
    const answer = { kind: 'overridden' as const, by: 'grace', at: NOW, reason: 'nobody is there' }
    const overridden = { ...approval, answer }
    const arm = {
      id: action.id,
      from: ['awaiting' as const],
      set: { state: 'running' as const, confirmedAt: NOW, confirmedBy: 'grace', approval: overridden },
    }
    expect(await actions.arm(arm, [shotRow(action.id)])).toBe(true)
    expect(await actions.arm(arm, [shotRow(action.id, { step: 1 })]), 'an answer counts once').toBe(false)
    expect((await actions.listToReview()).map(one => [one.id, one.approval])).toEqual([
      [action.id, overridden],
    ])
    const reviewed = { ...overridden, review: { by: 'lin', at: NOW, note: 'it was right' } }
    await actions.changeAction({ id: action.id, from: ['running'], set: { approval: reviewed } })
    expect(await actions.listToReview()).toEqual([])
    expect(await actions.getAction(action.id)).toMatchObject({ state: 'running', approval: reviewed })
    expect((await audit.list(1, 9)).map(one => one.verb)).toEqual(['action.planned', 'action.approval-asked'])
  })

  it('lists what is to be taken back by itself, from the end of its time until it is', async () => {
    const stores = await make()
    const lasting = actionRow()
    await stores.actions.savePlan(lasting, entry('action.planned'))
    const action = actionRow()
    await stores.actions.savePlan(action, entry('action.planned'))
    expect(await stores.actions.listToRevert(NOW + 600_000), 'nobody confirmed it').toEqual([])
    const set = { state: 'running' as const, reason: 'it floods', confirmedAt: NOW, revertsAt: NOW + 600_000 }
    await stores.actions.arm({ id: action.id, from: ['planned'], set }, [])
    expect(await stores.actions.listToRevert(NOW + 599_999), 'its time is not over').toEqual([])
    expect(await stores.actions.listToRevert(NOW + 600_000)).toMatchObject([{ id: action.id, ...set }])
    await stores.actions.changeAction({ id: action.id, from: ['running'], set: { state: 'undone' } })
    expect(await stores.actions.listToRevert(NOW + 600_000)).toEqual([])
  })

  it('arms once: the action, its shots and the audit together or not at all', async () => {
    const stores = await make()
    const { action, rows } = await armed(stores, id => [
      shotRow(id),
      shotRow(id, { step: 1, state: 'waiting' }),
    ])
    const again = {
      id: action.id,
      from: ['planned' as const],
      set: { state: 'running' as const },
      audit: entry('twice'),
    }
    expect(await stores.actions.arm(again, [shotRow(action.id, { step: 2 })])).toBe(false)
    expect(await stores.actions.getAction(action.id)).toEqual(action)
    const { saved: _saved, undo: _undo, ...light } = rows[0] as ShotRow
    const listed = await stores.actions.listShots(action.id)
    expect(listed).toHaveLength(2)
    expect(listed[0]).toEqual(light)
    expect(await stores.actions.listShots(action.id, true)).toEqual(rows)
    expect((await stores.audit.list(1, 10)).map(one => one.verb)).toEqual([
      'action.planned',
      'action.confirmed',
    ])
  })

  it('arms and changes thousands of shots at once', async () => {
    const stores = await make()
    const { action } = await armed(stores, id =>
      Array.from({ length: 4_000 }, (_, i) =>
        shotRow(id, { clusterId: `c${i >> 2}`, step: i & 3, state: 'waiting' }),
      ),
    )
    const shots = await stores.actions.listShots(action.id)
    expect(shots).toHaveLength(4_000)
    const changes = shots.map(shot => ({
      id: shot.id,
      from: ['waiting' as const],
      set: { state: 'armed' as const },
      updatedAt: NOW,
    }))
    expect((await stores.actions.changeShots(changes)).size).toBe(4_000)
  }, 20_000)

  it('claims what is armed or orphaned, shortest fuse first, each time under a new token', async () => {
    const { actions, audit } = await make()
    const { rows } = await armed({ actions, audit }, id => [
      shotRow(id, { clusterId: 'late', fuseAt: NOW + 9_000 }),
      shotRow(id, { clusterId: 'soon', fuseAt: NOW + 1_000 }),
      shotRow(id, { clusterId: 'waits', state: 'waiting' }),
      shotRow(id, { clusterId: 'ended', state: 'aborted' }),
    ])
    await actions.renewLease('one', 60_000)
    const first = await actions.claim('one', 1, NOW + 5)
    expect(first).toMatchObject([
      { clusterId: 'soon', state: 'trying', token: 1, owner: 'one', claimedAt: NOW + 5 },
    ])
    expect((await actions.claim('one', 64, NOW)).map(shot => shot.clusterId)).toEqual(['late'])
    expect(await actions.claim('two', 64, NOW)).toEqual([])
    await actions.dropLease('one')
    const taken = await actions.claim('two', 64, NOW)
    expect(taken.map(shot => [shot.clusterId, shot.token, shot.owner])).toEqual([
      ['soon', 2, 'two'],
      ['late', 2, 'two'],
    ])
    expect(rows).toHaveLength(4)
  })

  it('gives back to a claimer what it holds no more, though its lease stands', async () => {
    const stores = await make()
    await armed(stores, id => [shotRow(id), shotRow(id, { clusterId: 'b' })])
    await stores.actions.renewLease('one', 60_000)
    const [first, second] = await stores.actions.claim('one', 64, NOW)
    expect(await stores.actions.claim('one', 64, NOW, [first?.id ?? '', second?.id ?? ''])).toEqual([])
    const again = await stores.actions.claim('one', 64, NOW, [first?.id ?? ''])
    expect(again).toMatchObject([{ id: second?.id, token: 2, owner: 'one' }])
  })

  it('pauses once, begins nothing meanwhile, and goes on where it was', async () => {
    const stores = await make()
    const { action } = await armed(stores, id => [
      shotRow(id),
      shotRow(id, { clusterId: 'b', state: 'trying' }),
      shotRow(id, { clusterId: 'c', state: 'draining' }),
    ])
    const pause = { by: 'ada', at: NOW, reason: 'look first', cause: 'person' as const, clusterIds: [] }
    const stop = { id: action.id, from: ['running' as const], only: 'unpaused' as const, set: { pause } }
    expect(await stores.actions.changeAction({ ...stop, only: 'paused' })).toBe(false)
    const tries = await Promise.all([stores.actions.changeAction(stop), stores.actions.changeAction(stop)])
    expect(tries.sort()).toEqual([false, true])
    expect((await stores.actions.listActionsIn(['running']))[0]?.pause).toEqual(pause)
    expect((await stores.actions.claim('one', 64, NOW)).map(shot => shot.clusterId).sort()).toEqual([
      'b',
      'c',
    ])
    const go = { ...stop, only: 'paused' as const, set: { pause: null, accepted: ['x'], widenedTo: 1 } }
    expect(await stores.actions.changeAction(go)).toBe(true)
    expect(await stores.actions.changeAction(go)).toBe(false)
    const gone = await stores.actions.getAction(action.id)
    expect(gone).toEqual({ ...action, accepted: ['x'], widenedTo: 1 })
    expect(gone?.pause).toBeUndefined()
    expect(await stores.actions.claim('two', 64, NOW)).toContainEqual(
      expect.objectContaining({ clusterId: 'a', state: 'trying' }),
    )
  })

  it('never gives a shot to two claimers', async () => {
    const stores = await make()
    await armed(stores, id => Array.from({ length: 40 }, (_, i) => shotRow(id, { clusterId: `c${i}` })))
    const owners = ['one', 'two', 'three', 'four']
    for (const owner of owners) await stores.actions.renewLease(owner, 60_000)
    const claims = await Promise.all(owners.map(owner => stores.actions.claim(owner, 25, NOW)))
    const ids = claims.flat().map(shot => shot.id)
    expect(new Set(ids).size).toBe(ids.length)
    const rest = await stores.actions.claim('one', 64, NOW)
    expect(ids.length + rest.length).toBe(40)
  })

  it('lets only the newest token write, and only from the expected state', async () => {
    const stores = await make()
    const { action, rows } = await armed(stores, id => [shotRow(id)])
    const id = rows[0]?.id ?? ''
    await stores.actions.claim('one', 64, NOW)
    await stores.actions.claim('two', 64, NOW)
    const landed = { state: 'landed' as const, landedAt: NOW + 7, lane: 'exempt', attempts: 3, detail: 'ok' }
    const change = {
      id,
      from: ['trying' as const],
      set: landed,
      updatedAt: NOW + 7,
      audit: entry('shot.landed'),
    }
    expect(await stores.actions.changeShots([{ ...change, token: 1 }])).toEqual(new Set())
    expect(await stores.actions.changeShots([{ ...change, from: ['draining'], token: 2 }])).toEqual(new Set())
    expect(await stores.actions.changeShots([{ ...change, token: 2 }])).toEqual(new Set([id]))
    expect(await stores.actions.changeShots([{ ...change, token: 2 }])).toEqual(new Set())
    const [shot] = await stores.actions.listShots(action.id)
    expect(shot).toMatchObject({ ...landed, updatedAt: NOW + 7, token: 2 })
    const verbs = (await stores.audit.list(1, 50)).map(one => one.verb)
    expect(verbs.filter(verb => verb === 'shot.landed')).toHaveLength(1)
  })

  it('applies two changes of one shot in order, and keeps what a change does not name', async () => {
    const stores = await make()
    const { action, rows } = await armed(stores, id => [shotRow(id, { state: 'trying' })])
    const id = rows[0]?.id ?? ''
    const attempt = { at: NOW, lane: 'ordinary', outcome: 'answer', status: 429, durationMs: 12.5 }
    const effect = { before: { at: NOW, state: 'LockedOut', pods: 'some' as const } }
    await stores.actions.changeShots([
      {
        id,
        from: ['trying'],
        set: { state: 'draining', stopReason: 'aborted', drainingAt: NOW, lastAttempts: [attempt] },
        updatedAt: NOW,
      },
      { id, from: ['draining'], set: { state: 'aborted', effect }, updatedAt: NOW + 1 },
    ])
    const [shot] = await stores.actions.listShots(action.id)
    expect(shot).toMatchObject({
      state: 'aborted',
      stopReason: 'aborted',
      drainingAt: NOW,
      lastAttempts: [attempt],
      effect,
    })
  })

  it('changes an action and its shots together or not at all', async () => {
    const stores = await make()
    const { action, rows } = await armed(stores, id => [shotRow(id, { state: 'waiting' })])
    const stop = {
      id: rows[0]?.id ?? '',
      from: ['waiting' as const],
      set: { state: 'aborted' as const },
      updatedAt: NOW,
    }
    const change = { id: action.id, set: { state: 'aborting' as const }, audit: entry('action.aborted') }
    expect(await stores.actions.changeAction({ ...change, from: ['planned'] }, [stop])).toBe(false)
    expect((await stores.actions.listShots(action.id))[0]?.state).toBe('waiting')
    expect(await stores.actions.changeAction({ ...change, from: ['running'] }, [stop])).toBe(true)
    expect((await stores.actions.listShots(action.id))[0]?.state).toBe('aborted')
    expect((await stores.actions.listActionsIn(['aborting'])).map(one => one.id)).toEqual([action.id])
  })

  it('begins an undo once', async () => {
    const stores = await make()
    const { action } = await armed(stores, id => [shotRow(id, { state: 'landed' })])
    const begin = () => {
      const undo = actionRow({ state: 'running', undoOf: action.id })
      const original = { id: action.id, from: ['running' as const], set: { state: 'undoing' as const } }
      return stores.actions.armUndo(original, undo, [shotRow(undo.id)], entry('action.undo'))
    }
    expect((await Promise.all([begin(), begin()])).sort()).toEqual([false, true])
    expect((await stores.actions.listActions(10)).filter(one => one.undoOf === action.id)).toHaveLength(1)
  })

  it('begins an undo that a second person was asked about, or changes nothing', async () => {
    const stores = await make()
    const { action } = await armed(stores, id => [shotRow(id, { state: 'landed' })])
    const undo = actionRow({ state: 'awaiting', undoOf: action.id })
    await stores.actions.savePlan(undo, entry('action.approval-asked'))
    const begin = (from: 'awaiting' | 'planned') =>
      stores.actions.armUndo(
        { id: action.id, from: ['running'], set: { state: 'undoing' } },
        { id: undo.id, from: [from], set: { state: 'running', confirmedBy: 'grace' } },
        [shotRow(undo.id)],
        entry('action.approved'),
      )
    const states = async () =>
      Promise.all([action.id, undo.id].map(async id => (await stores.actions.getAction(id))?.state))
    expect(await begin('planned')).toBe(false)
    expect(await states()).toEqual(['running', 'awaiting'])
    expect(await begin('awaiting')).toBe(true)
    expect(await states()).toEqual(['undoing', 'running'])
    expect(await begin('awaiting')).toBe(false)
    expect(await stores.actions.listShots(undo.id)).toHaveLength(1)
  })

  it('remembers a freeze until it is thawed', async () => {
    const { actions } = await make()
    expect(await actions.getFreeze()).toBeUndefined()
    await actions.appendAudit(entry('actions.frozen', 'actions'))
    expect(await actions.getFreeze()).toEqual({ frozen: true, by: 'ada', at: NOW })
    await actions.appendAudit(entry('actions.thawed', 'actions'))
    expect(await actions.getFreeze()).toMatchObject({ frozen: false })
  })

  it('keeps one chain whoever writes at once', async () => {
    const stores = await make()
    const { rows } = await armed(stores, id =>
      Array.from({ length: 20 }, (_, i) => shotRow(id, { clusterId: `c${i}` })),
    )
    await stores.actions.claim('one', 64, NOW)
    const write = (id: string) =>
      stores.actions.changeShots([
        {
          id,
          from: ['trying'],
          token: 1,
          set: { state: 'landed' },
          updatedAt: NOW,
          audit: entry(`landed ${id}`),
        },
      ])
    await Promise.all([...rows.map(row => write(row.id)), stores.audit.append([entry('by another room')])])
    expect(await verifyChain(readChain(stores.audit, 7))).toMatchObject({ ok: true, entries: 23 })
    expect(await stores.audit.latest(1)).toHaveLength(1)
  })
}
