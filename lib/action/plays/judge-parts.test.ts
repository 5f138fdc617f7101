import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { playSchema } from '../../fleet/play-schema'
import { parseActionRequest } from '../parse-request'
import { hasReached } from './check-conditions'
import { judgeParts } from './judge-parts'
import { resolvePart } from './resolve-part'
import { SHIPPED_PLAYS } from './shipped-plays'
import { AT, cluster, partAction, stormFacts } from './testing/play-facts'
import type { PartAction, PlayFacts } from './types'

const play = (id: string) => {
  const found = SHIPPED_PLAYS.find(one => one.id === id)
  if (!found) throw new Error(`no play ${id}`)
  return found
}

function standings(id: string, facts: PlayFacts, actions: Record<string, PartAction> = {}) {
  const judged = judgeParts({
    play: play(id),
    facts,
    actions: new Map(Object.entries(actions)),
    peopleNow: AT,
  })
  return Object.fromEntries(judged.map(({ part, standing, text }) => [part.id, `${standing} ${text}`.trim()]))
}

const DONE = partAction({ state: 'finished' }, { a: 'verified' })

describe('a read storm', () => {
  it('plans the freeze and the mute at once, and holds the rest for what must come before', () => {
    expect(standings('read-storm', stormFacts())).toEqual({
      freeze: 'ready it applies now',
      mute: 'ready it applies now',
      revoke: 'waits until “Mute the caller” has landed',
      remove: 'waits until “Freeze its roll-out” has landed',
      servers:
        'left-out holdfast.yaml declares no control plane of a cluster that is locked out or dark or overloaded',
      restrict: 'left-out holdfast.yaml declares no actuator to restrict api access on those clusters',
      reopen: 'left-out there is nothing to take back',
      unmute: 'waits until the clusters of “Mute the caller” are healthy again',
      unfreeze: 'waits until “Freeze its roll-out” has landed',
    })
  })

  it('holds nobody up for a part that does not apply', () => {
    const { freeze, remove, unfreeze } = standings('read-storm', stormFacts({ ownerOf: () => undefined }))
    expect(freeze).toBe('left-out no Argo CD or Flux owner of telemetry-collector is known')
    expect(remove).toBe('ready it applies now')
    expect(unfreeze).toBe('left-out there is nothing to take back')
  })

  it('mutes where the trouble is and the caller runs, or may, and removes it everywhere', () => {
    const facts = stormFacts()
    const requestOf = (id: string) => {
      const part = play('read-storm').parts.find(one => one.id === id)
      return part && 'target' in part ? resolvePart(part, facts, 'why') : undefined
    }
    expect(requestOf('mute')).toEqual({
      request: {
        kind: 'mute-caller',
        target: { kind: 'ServiceAccount', namespace: 'observability', name: 'telemetry' },
        clusterIds: ['a', 'b', 'd'],
        minutes: 60,
        reason: 'why',
      },
    })
    expect(requestOf('remove')).toMatchObject({
      request: { target: { kind: 'DaemonSet', name: 'telemetry-collector' }, clusterIds: undefined },
    })
  })

  it('offers the removal once the freeze has landed, not while a shot of it is open', () => {
    const facts = stormFacts()
    const frozenBy = (freeze: PartAction) => standings('read-storm', facts, { freeze }).remove
    expect(frozenBy(partAction({ state: 'running' }, { a: 'landed', b: 'armed' }))).toContain('waits')
    expect(frozenBy(partAction({ state: 'planned' }))).toContain('waits')
    expect(frozenBy(partAction({ state: 'running' }, { a: 'landed', b: 'refused' }))).toBe(
      'ready it applies now',
    )
  })

  it('revokes only where callers are still turned away after the mute', () => {
    expect(standings('read-storm', stormFacts(), { mute: DONE }).revoke).toBe('ready it applies now')
    const calm = stormFacts({ clusters: [cluster('a'), cluster('b')] })
    expect(standings('read-storm', calm, { mute: DONE }).revoke).toContain(
      'left-out no cluster is locked out',
    )
  })

  it('lets the caller in again only when its clusters are healthy and the service is gone', () => {
    const calm = stormFacts({ suspect: undefined, clusters: [cluster('a'), cluster('b')] })
    const unmuted = (facts: PlayFacts) => standings('read-storm', facts, { mute: DONE, remove: DONE }).unmute
    expect(unmuted(stormFacts())).toBe('waits until the clusters of “Mute the caller” are healthy again')
    expect(unmuted(calm)).toBe('ready it applies now')
    const undone = { mute: partAction({ state: 'undone' }, { a: 'verified' }), remove: DONE }
    expect(standings('read-storm', calm, undone).unmute).toBe('left-out it was taken back')
  })

  it('plans again what expired before anybody confirmed it, and nothing that was sent', () => {
    const expired = partAction({ expiresAt: AT })
    expect(standings('read-storm', stormFacts(), { freeze: expired }).freeze).toBe(
      'ready its plan is expired: plan it again',
    )
    const stopped = partAction({ state: 'aborted' }, { a: 'landed', b: 'aborted' })
    expect(standings('read-storm', stormFacts(), { freeze: stopped }).freeze).toBe('planned')
  })
})

describe('the other plays', () => {
  it('shrinks only a DaemonSet where etcd is slow', () => {
    const byEtcd = [cluster('a', { state: 'Strained', cause: 'etcd' })]
    const suspect = { kind: 'Deployment', namespace: 'ci', name: 'runner', clusterIds: ['a'] }
    const { shed, mute } = standings('etcd-slow', stormFacts({ clusters: byEtcd, suspect }))
    expect(shed).toBe('left-out a Deployment cannot be shrunk, only a DaemonSet')
    expect(mute).toBe('left-out nothing is known of whom runner calls the API servers as')
  })

  it('keeps whatever owns CoreDNS from restarting it', () => {
    const owned = stormFacts({
      ownerOf: ({ name }) =>
        name === 'coredns' ? { kind: 'Kustomization', namespace: 'flux', name: 'dns' } : undefined,
    })
    expect(standings('dns-burning', owned)['keep-dns']).toBe('ready it applies now')
  })

  it('asks a person for what only a person knows', () => {
    const actuators: PlayFacts['actuators'] = [
      {
        name: 'move-users',
        purpose: 'shift-traffic',
        clusters: ['*'],
        input: { percent: { type: 'integer', least: 0, most: 100 } },
        timeoutMs: 1,
        canUndo: true,
        canCheck: false,
        run: { url: 'https://x.test' },
      },
    ]
    expect(standings('dns-burning', stormFacts({ actuators })).shift).toContain('(percent): plan it by hand')
    const bare = actuators.map(one => ({ ...one, input: {} }))
    expect(standings('dns-burning', stormFacts({ actuators: bare })).shift).toBe('ready it applies now')
  })

  it('adds API servers to the largest lost cluster, to an odd number', () => {
    const machines = (['b', 'a'] as const).map(name => ({
      cluster: name,
      managementId: 'c',
      target: { kind: 'KubeadmControlPlane' as const, namespace: 'clusters', name },
      floor: 1,
      ceiling: 6,
      maxStep: 2,
    }))
    const facts = stormFacts({
      machines,
      clusters: [
        cluster('a', { state: 'Dark', nodes: 900 }),
        cluster('b', { state: 'LockedOut' }),
        cluster('c'),
      ],
    })
    const part = play('read-storm').parts.find(one => one.id === 'servers')
    expect(part && 'target' in part && resolvePart(part, facts, '')).toMatchObject({
      request: { target: { name: 'a' }, replicas: 5, clusterIds: ['c'] },
    })
  })
})

const state = fc.constantFrom(
  'Healthy',
  'Strained',
  'Overloaded',
  'LockedOut',
  'Dark',
  'Recovering',
  'Unknown',
)
const facts = fc.record({
  clusters: fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      state,
      cause: fc.constantFrom(undefined, 'callers', 'etcd', 'webhook'),
      dataPlane: fc.constantFrom('Fresh', 'Burning', 'Dry', 'Unknown'),
    }),
    { maxLength: 6 },
  ),
  kind: fc.constantFrom('DaemonSet', 'Deployment', 'StatefulSet', 'ConfigMap', undefined),
  account: fc.constantFrom('telemetry', '../evil', undefined),
  owned: fc.boolean(),
})
const shot = fc.constantFrom(
  'waiting',
  'armed',
  'trying',
  'landed',
  'verified',
  'unverified',
  'refused',
  'aborted',
)
const action = fc.record({
  state: fc.constantFrom('planned', 'awaiting', 'running', 'finished', 'aborted', 'expired', 'undone'),
  shots: fc.dictionary(fc.constantFrom('a', 'b', 'c'), shot),
})

describe('for any state of the fleet and of the actions', () => {
  it('plans only what its conditions allow, as a request that any person could have made', () => {
    const ids = [...new Set(SHIPPED_PLAYS.flatMap(one => one.parts.map(part => part.id)))]
    fc.assert(
      fc.property(
        fc.constantFrom(...SHIPPED_PLAYS),
        facts,
        fc.dictionary(fc.constantFrom(...ids), action),
        (shipped, drawn, done) => {
          const seen = stormFacts({
            clusters: drawn.clusters.map(one =>
              cluster(one.id, one as Partial<PlayFacts['clusters'][number]>),
            ),
            suspect: drawn.kind && {
              kind: drawn.kind,
              namespace: 'observability',
              name: 'x',
              serviceAccount: drawn.account,
              clusterIds: ['a', 'b'],
            },
            ownerOf: drawn.owned ? stormFacts().ownerOf : () => undefined,
          })
          const actions = new Map(
            Object.entries(done).map(([id, one]) => [
              id,
              partAction({ state: one.state as 'planned' }, one.shots as Record<string, 'landed'>),
            ]),
          )
          const judged = judgeParts({ play: shipped, facts: seen, actions, peopleNow: AT })
          expect(judged.map(({ part }) => part.id)).toEqual(shipped.parts.map(({ id }) => id))
          const byId = new Map(judged.map(one => [one.part.id, one]))
          for (const { part, standing, current } of judged) {
            if (standing !== 'ready') continue
            for (const [id, milestone] of Object.entries(part.after)) {
              const other = byId.get(id)
              expect(other?.standing === 'left-out' || hasReached(milestone, other?.current, seen)).toBe(true)
            }
            if (part.does === 'undo') continue
            expect(current === undefined || ['expired', 'aborted'].includes(current.action.state)).toBe(true)
            const resolved = resolvePart(part, seen, '')
            if ('why' in resolved) throw new Error(resolved.why)
            expect(parseActionRequest(resolved.request)).toEqual(resolved.request)
            expect(resolved.request.clusterIds?.length).not.toBe(0)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('the shipped plays', () => {
  it.each(SHIPPED_PLAYS.map(one => [one.id, one] as const))(
    '%s is what an operator could declare',
    (_, one) => {
      const { isShipped: _own, ...declared } = one
      expect(playSchema.parse(structuredClone(declared))).toEqual(declared)
    },
  )
})
