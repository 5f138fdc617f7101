import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryAuditStore } from '../../audit/testing/memory-audit-store'
import { ActionWorld, ADA, type Process, refusal } from '../testing/action-world'
import { TARGET } from '../testing/fake-fleet'
import type { ActionPlan, TargetPlan } from '../types'
import { createSeals } from './create-seals'
import { sealDigest } from './prepare-seal'
import { MemorySealStore } from './testing/memory-seal-store'
import { sealStoreContract } from './testing/seal-store-contract'
import type { Seal, SealScope } from './types'
import { beyondSeal } from './within-seal'

describe('the store in memory', () => {
  sealStoreContract(async () => {
    const audit = new MemoryAuditStore()
    return { seals: new MemorySealStore(audit), audit }
  })
})

const BOB = { name: 'bob' }
const EVE = { name: 'eve' }
const REASON = 'in case it floods the API servers'
const HOUR = 3_600_000

let world: ActionWorld
let process: Process
let store: MemorySealStore
let seals: ReturnType<typeof createSeals>

beforeEach(async () => {
  world = new ActionWorld()
  process = await world.startProcess({ approvers: async () => ['bob', 'eve'] })
  store = new MemorySealStore(world.store.audit)
  const { clock, fleet } = world
  seals = createSeals({
    clock,
    people: { now: () => clock.now(), speed: () => 1 },
    source: fleet,
    store,
    plan: (request, actor) => process.actions.plan(request, actor),
    arm: (id, approval, spend, actor) => process.actions.armApproved(id, { approval, spend }, actor),
  })
})

const prepare = (over: object = {}) =>
  seals.prepare(
    {
      changeId: 'c',
      kind: 'remove-service',
      target: { ...TARGET },
      clusterIds: [],
      hours: 24,
      reason: REASON,
      ...over,
    },
    ADA,
  )

async function approved(over: object = {}): Promise<Seal> {
  const { seal } = await prepare(over)
  return (await seals.approve(seal.id, { digest: seal.digest, reason: 'fine' }, BOB)).seal
}

/** Steps the clock until the plan is there and its outcome is known. */
async function use(seal: Seal, actor = EVE) {
  world.watch()
  const used = seals.use(seal.id, { digest: seal.digest }, actor)
  const settled = used.then(
    () => undefined,
    () => undefined,
  )
  await world.clock.advance(16_000)
  await settled
  return used
}

describe('a sealed removal', () => {
  it('is armed with one call in the incident, and asks nobody anew', async () => {
    const a = world.fleet.add('a')
    const seal = await approved()
    const action = await use(seal)
    expect(action).toMatchObject({
      state: 'running',
      confirmedBy: 'eve',
      reason: REASON,
      approval: { askedBy: 'ada', answer: { kind: 'approved', by: 'bob' } },
    })
    await world.run(60_000)
    expect(a.effects.length).toBeGreaterThan(1)
    expect(store.audit.entries.map(({ verb }) => verb).slice(0, 5)).toEqual([
      'seal.prepared',
      'seal.approved',
      'action.planned',
      'seal.used',
      'action.unsealed',
    ])
    expect((await refusal(use(seal))).message).toContain('used by eve')
  })

  it('is not approved by who prepared it, by a token, or for another scope', async () => {
    const { seal } = await prepare()
    const answer = { digest: seal.digest, reason: '' }
    const guardOf = async (work: Promise<unknown>) =>
      (await refusal(work)).blockedBy?.map(({ guard }) => guard)
    expect(await guardOf(seals.approve(seal.id, answer, { name: 'ADA ' }))).toEqual([
      'approval.second-person',
    ])
    expect(await guardOf(seals.approve(seal.id, answer, { ...BOB, via: 'token' }))).toEqual([
      'approval.second-person',
    ])
    const other = { ...answer, digest: 'e'.repeat(64) }
    expect(await guardOf(seals.approve(seal.id, other, BOB))).toEqual(['seal.digest'])
    world.fleet.add('a')
    expect((await refusal(use(seal))).hint).toBe('A second person approves it first.')
    expect(store.audit.entries.map(({ verb }) => verb)).toContain('seal.refused')
  })

  it('acts on what was approved and nowhere else', async () => {
    world.fleet.add('a')
    world.fleet.add('b')
    const seal = await approved({ clusterIds: ['a'] })
    expect((await seals.get(seal.id)).outside).toBe(1)
    const action = await use(seal)
    expect(action.plan.targets.map(({ clusterId }) => clusterId)).toEqual(['a'])
  })

  it('is refused, with what changed, when the fleet has grown beyond it', async () => {
    world.fleet.add('a')
    const seal = await approved({ maxNodes: 1 })
    const error = await refusal(use(seal))
    expect(error.blockedBy).toEqual([
      {
        guard: 'seal.nodes',
        reason: expect.stringMatching(/^Its clusters have \d+ nodes now; approved were at most 1\.$/),
      },
    ])
    expect((await seals.get(seal.id)).seal.state).toBe('approved')
    expect(world.shots()).toEqual([])
  })

  it('bypasses no guard: a freeze holds it, and leaves the seal', async () => {
    world.fleet.add('a')
    const seal = await approved()
    await process.actions.freeze(BOB)
    expect((await refusal(use(seal))).blockedBy?.map(({ guard }) => guard)).toContain('actions.frozen')
    expect((await seals.get(seal.id)).seal.state).toBe('approved')
    await process.actions.thaw(BOB)
    expect((await use(seal)).state).toBe('running')
  })

  it('ends by its time, when it is withdrawn, and when somebody declines it', async () => {
    world.fleet.add('a')
    const [late, taken, declined] = [await approved({ hours: 1 }), await approved(), (await prepare()).seal]
    await seals.end(taken.id, { reason: 'rolled out well' }, ADA)
    await seals.end(declined.id, { reason: 'much too wide' }, BOB)
    await world.clock.advance(HOUR)
    expect((await seals.get(late.id)).isExpired).toBe(true)
    for (const [seal, word] of [
      [late, 'expired'],
      [taken, 'withdrawn'],
      [declined, 'declined'],
    ] as const)
      expect((await refusal(use(seal))).message).toContain(word)
  })

  it('of two who use it at the same moment arms one', async () => {
    world.fleet.add('a')
    const seal = await approved()
    world.watch()
    const both = [EVE, BOB].map(actor => seals.use(seal.id, { digest: seal.digest }, actor))
    const settled = Promise.allSettled(both)
    await world.clock.advance(16_000)
    expect((await settled).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('is prepared for workloads only', async () => {
    const error = await refusal(prepare({ target: { kind: 'ConfigMap', namespace: 'x', name: 'y' } }))
    expect(error).toMatchObject({ code: 'invalid-input', where: '$.sealed' })
  })
})

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
const steps = fc.uniqueArray(
  fc.constantFrom('revoke-rights', 'delete-workload', 'delete-pods', 'cordon-node'),
)

describe('for any plan', () => {
  it('nothing goes beyond what was approved', () => {
    fc.assert(
      fc.property(
        ids,
        ids,
        steps,
        steps,
        fc.nat(50),
        fc.nat(50),
        (inSeal, inPlan, allowed, planned, most, nodes) => {
          const target = { kind: 'DaemonSet' as const, namespace: 'n', name: 'x' }
          const scope = {
            kind: 'remove-service',
            target,
            clusterIds: inSeal,
            maxNodes: most,
            stepKinds: allowed,
          } as SealScope
          const seal = { scope, expiresAt: 1, digest: sealDigest(scope, 1) } as Seal
          const targets = inPlan.map(
            id =>
              ({
                clusterId: id,
                clusterName: id,
                steps: planned.map(kind => ({ kind })),
              }) as unknown as TargetPlan,
          )
          const plan = {
            request: { kind: 'remove-service', target, reason: '' },
            targets,
            blastRadius: { nodes },
          } as unknown as ActionPlan
          const isWithin =
            inPlan.every(id => inSeal.includes(id)) &&
            nodes <= most &&
            (inPlan.length === 0 || planned.every(kind => allowed.includes(kind)))
          expect(beyondSeal(seal, plan, () => undefined).length === 0).toBe(isWithin)
          const widened = { ...seal, scope: { ...scope, maxNodes: most + 1 } }
          expect(beyondSeal(widened, plan, () => undefined).map(({ guard }) => guard)).toContain(
            'seal.digest',
          )
        },
      ),
    )
  })

  it.each([
    ['registry:5000/team/x:v0.9.3', 'v0.9.3', true],
    ['x:0.9.3@sha256:abc', 'v0.9.3', true],
    ['x:v0.9.4', 'v0.9.3', false],
    ['registry:5000/x', 'v0.9.3', true],
    ['x@sha256:abc', 'v0.9.3', true],
  ])('the image %s is version %s: %s', (image, version, isSame) => {
    const target = { kind: 'DaemonSet' as const, namespace: 'n', name: 'x' }
    const scope: SealScope = { kind: 'remove-service', target, version, clusterIds: ['a'], stepKinds: [] }
    const seal = { scope, expiresAt: 1, digest: sealDigest(scope, 1) } as Seal
    const plan = {
      request: { kind: 'remove-service', target },
      targets: [{ clusterId: 'a', clusterName: 'A', steps: [] }],
      blastRadius: { nodes: 1 },
    } as unknown as ActionPlan
    const snapshot = {
      ...target,
      uid: '',
      labels: {},
      annotations: {},
      selector: {},
      podLabels: {},
      image,
      seenAt: 0,
    }
    expect(beyondSeal(seal, plan, () => snapshot)).toEqual(
      isSame
        ? []
        : [{ guard: 'seal.version', reason: 'Approved was version v0.9.3; another one runs on A (v0.9.4).' }],
    )
  })
})
