import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseActionRequest } from '@/lib/action/parse-request'
import { ActionWorld, type Process } from '@/lib/action/testing/action-world'
import { WORKLOAD_PATH } from '@/lib/action/testing/fake-fleet'
import { type Engine, setEngine } from '@/lib/engine/engine'
import { HoldfastError } from '@/lib/errors'
import { problemDto } from '@/lib/wire/problem'
import { POST } from './v1/actions/route'

const RUNS = 100
const SEED = 20241211

const target = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' }
const SOUND = { kind: 'remove-service', target, reason: 'floods the API servers', clusterIds: ['a'] }

/** What people who mean harm send in place of a value. */
const hostile = fc.oneof(
  fc.anything({ maxDepth: 2, withBigInt: false, withNullPrototype: true }),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    '../../kube-system',
    'a/../b?dryRun=All#',
    '<script>alert(1)</script>',
    "'; DROP TABLE action; --",
    '\u0000',
    '\u202e',
    'system:masters',
    'telemetry-collector\n',
    'x'.repeat(100_000),
    Number.MAX_SAFE_INTEGER,
    -1,
    1e308,
    Number.NaN,
    [],
    Array(6_000).fill('a'),
    { $ne: null },
    { __proto__: { isAdmin: true }, toString: 7 },
    null,
  ),
)
const KEYS = ['kind', 'target', 'reason', 'clusterIds', 'minutes', 'nodes', 'replicas', 'force', '__proto__']
const TARGET_KEYS = ['kind', 'namespace', 'name', 'uid', 'path']

/** A sound request with one thing changed, or something else altogether. */
const request: fc.Arbitrary<unknown> = fc.oneof(
  hostile,
  fc.tuple(fc.constantFrom(...KEYS), hostile).map(([key, value]) => ({ ...SOUND, [key]: value })),
  fc
    .tuple(fc.constantFrom(...TARGET_KEYS), hostile)
    .map(([key, value]) => ({ ...SOUND, target: { ...target, [key]: value } })),
  fc
    .tuple(fc.constantFrom('mute-caller', 'scale-workload', 'shrink-footprint', 'nothing'), hostile, hostile)
    .map(([kind, amount, name]) => ({
      ...SOUND,
      kind,
      minutes: amount,
      nodes: amount,
      replicas: amount,
      name,
    })),
)

let world: ActionWorld
let first: Process

beforeAll(async () => {
  world = new ActionWorld()
  world.fleet.add('a')
  first = await world.startProcess()
  const principal = { name: 'mallory', role: 'responder', via: 'token', id: 't', scopes: ['actions:write'] }
  // Only the doors and the verb that a plan comes through; whatever else is asked for must not exist.
  const engine = {
    access: { authenticator: { authenticate: async () => principal }, limit: { take: () => {} } },
    actions: { plan: (post: unknown) => first.actions.plan(post, { name: 'mallory', via: 'token' }) },
  }
  setEngine(engine as unknown as Engine)
})
afterAll(() => setEngine(undefined))

it('takes a hundred hostile plans for what they are: parsed whole, or refused with the field', () => {
  fc.assert(
    fc.property(request, given => {
      try {
        const parsed = parseActionRequest(given)
        // What is let through says no more than was asked, in the shape that is known.
        expect(parseActionRequest(structuredClone(parsed))).toEqual(parsed)
        expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
        expect('name' in parsed.target && parsed.target.name.length).toBeLessThanOrEqual(253)
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error
        expect(error).toMatchObject({ code: 'invalid-input', where: expect.stringMatching(/^\$\./) })
        expect(error.message.length).toBeLessThan(2_000)
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

it('answers a hundred hostile plans over the API with problems, and touches no cluster', async () => {
  const write = { ...SOUND, target: { ...target } }
  await fc.assert(
    fc.asyncProperty(request, async given => {
      const body = JSON.stringify(given) ?? ''
      const post = new Request('http://holdfast.test/api/v1/actions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
        body,
      })
      const answering = POST(post, { params: Promise.resolve({}) })
      await world.clock.advance(16_000)
      const answer = await answering
      if (answer.status === 201) return
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      const problem = problemDto.parse(await answer.json())
      expect([400, 413]).toContain(problem.status)
      expect(problem.detail.length).toBeLessThan(2_000)
    }),
    { numRuns: RUNS, seed: SEED, examples: [[write], ['{'], [undefined]] },
  )
  expect(world.fleet.effects(), 'a plan changes nothing').toEqual([])
  expect(world.fleet.get('a').objects.has(WORKLOAD_PATH)).toBe(true)
  expect(Object.prototype).not.toHaveProperty('isAdmin')
  for (const { state } of world.store.actions.values()) expect(state).toBe('planned')
}, 120_000)
