import { describe, expect, it } from 'vitest'
import { parseActionRequest } from '../parse-request'
import { asRecord } from '../saved-object'
import { ActionWorld, ADA, REASON } from '../testing/action-world'
import { BINDING_PATH, type FakeFleet, TARGET, WORKLOAD_PATH } from '../testing/fake-fleet'
import { blocks, planningWorld } from '../testing/planning-world'
import type { CallerTarget } from '../types'

const CALLER: CallerTarget = { kind: 'ServiceAccount', namespace: 'observability', name: 'telemetry' }
const GROUP = '/apis/flowcontrol.apiserver.k8s.io'
const REVISIONS = '/apis/apps/v1/namespaces/observability/controllerrevisions'

const serving = (...versions: string[]) => ({
  kind: 'APIGroup',
  versions: versions.map(version => ({ groupVersion: `flowcontrol.apiserver.k8s.io/${version}`, version })),
})

describe('muting a caller', () => {
  const request = { kind: 'mute-caller', target: CALLER, minutes: 30 }

  it('creates the level before the schema, in the newest version that is served, under names of its own', async () => {
    const { fleet, plan } = planningWorld()
    fleet.add('a', { state: 'Strained' }).objects.set(GROUP, serving('v1', 'v1beta3'))
    const made = await plan(request)
    expect(blocks(made)).toEqual([])
    const [target] = made.targets
    const name = `holdfast-mute-telemetry-${made.id.slice(0, 8)}`
    expect(target?.verification.kind).toBe('dry-run')
    expect(target?.steps.map(({ kind, write }) => [kind, write.method, write.path, write.guard])).toEqual([
      ['create-level', 'POST', `${GROUP}/v1/prioritylevelconfigurations`, 'created'],
      ['create-schema', 'POST', `${GROUP}/v1/flowschemas`, 'created'],
    ])
    expect(target?.steps[0]?.write.body).toMatchObject({
      metadata: { name },
      spec: { type: 'Limited', limited: { nominalConcurrencyShares: 0, limitResponse: { type: 'Reject' } } },
    })
    expect(target?.steps[1]?.write.body).toMatchObject({
      spec: {
        matchingPrecedence: 2,
        priorityLevelConfiguration: { name },
        rules: [
          {
            subjects: [
              { kind: 'ServiceAccount', serviceAccount: { namespace: 'observability', name: 'telemetry' } },
            ],
          },
        ],
      },
    })
    expect(target?.steps.map(({ undo }) => undo?.path)).toEqual([
      `${GROUP}/v1/prioritylevelconfigurations/${name}`,
      `${GROUP}/v1/flowschemas/${name}`,
    ])
    expect(made.revertAfterMs).toBe(30 * 60_000)
  })

  it.each([
    ['v1.31.2', 'v1', 'nominalConcurrencyShares', 0, 'pass'],
    ['v1.28.15', 'v1beta3', 'nominalConcurrencyShares', 1, 'warn'],
    ['v1.24.0', 'v1beta2', 'assuredConcurrencyShares', 1, 'warn'],
    ['v1.20.2', 'v1beta1', 'assuredConcurrencyShares', 1, 'warn'],
  ])(
    'tells the API of a locked-out %s by its version: %s, %s %i',
    async (version, api, field, shares, verdict) => {
      const { fleet, plan } = planningWorld()
      const cluster = fleet.add('a')
      cluster.facts.version = version
      cluster.fate = () => 'never-arrive'
      const made = await plan(request)
      const [level] = made.targets[0]?.steps ?? []
      expect(level?.write.path).toBe(`${GROUP}/${api}/prioritylevelconfigurations`)
      expect(asRecord(asRecord(asRecord(level?.write.body).spec).limited)[field]).toBe(shares)
      expect(made.targets[0]?.verification.kind).toBe('snapshot')
      expect(made.guards.find(({ guard }) => guard === 'mute.leaks')?.verdict).toBe(verdict)
    },
  )

  it('leaves a cluster out whose version nobody knows', async () => {
    const { fleet, plan } = planningWorld()
    fleet.add('a').fate = () => 'never-arrive'
    const made = await plan(request)
    expect(made.leftOut[0]?.reason).toContain('its version was never read')
  })

  it('shuts out nobody who must get in', async () => {
    const { fleet, plan } = planningWorld()
    const cluster = fleet.add('a')
    cluster.objects.set(GROUP, serving('v1'))
    const own = cluster.facts.cluster.lanes[0]
    if (own) own.identity = { user: 'fleet-watch', groups: ['incident-tools'] }
    const of = async (target: Record<string, unknown>) =>
      blocks(await plan({ ...request, target, clusterIds: ['a'] }))
    expect(await of({ kind: 'Group', name: 'system:nodes' })).toEqual(['protect.identities'])
    expect(await of({ kind: 'User', name: 'system:kube-controller-manager' })).toEqual(['protect.identities'])
    expect(await of({ kind: 'User', name: 'fleet-watch' })).toEqual(['protect.identities'])
    expect(await of({ kind: 'Group', name: 'incident-tools' })).toEqual(['protect.identities'])
    expect(await of({ kind: 'ServiceAccount', namespace: 'kube-system', name: 'x' })).toEqual([
      'protect.namespaces',
    ])
    expect(await of({ kind: 'User', name: 'ci-bot' })).toEqual([])
  })

  it('must be told the clusters of a user, whom nobody can see from outside', () => {
    const target = { kind: 'User', name: 'ci-bot' }
    expect(() => parseActionRequest({ kind: 'mute-caller', target, minutes: 5, reason: REASON })).toThrow(
      /Name the clusters|cannot be known/,
    )
  })

  /** Planned and confirmed; planning asks the clusters and takes its time. */
  async function armed(w: ActionWorld, { actions }: Awaited<ReturnType<ActionWorld['startProcess']>>) {
    const planning = actions.plan({ ...request, reason: REASON }, ADA)
    await w.clock.advance(16_000)
    const plan = await planning
    w.watch()
    await actions.confirm(plan.id, { digest: plan.digest, typedName: 'telemetry', reason: REASON }, ADA)
    return plan
  }

  it('lands, is proven by who takes the caller’s requests, and ends by itself', async () => {
    const w = new ActionWorld()
    const process = await w.startProcess()
    const a = w.fleet.add('a')
    a.objects.set(GROUP, serving('v1'))
    const plan = await armed(w, process)
    await w.run(20_000)
    w.watch('Recovering')
    await w.run(20_000)
    expect(w.states()).toEqual(['a:create-level=verified', 'a:create-schema=verified'])
    expect(w.shots()[1]?.detail).toContain('seen to be taken by the rejecting level')
    await w.run(29 * 60_000)
    expect((await process.actions.get(plan.id)).action.state).toBe('finished')
    await w.run(3 * 60_000)
    expect((await process.actions.get(plan.id)).action.state).toBe('undone')
    expect([...a.objects.keys()].filter(path => path.startsWith(`${GROUP}/`))).toEqual([])
    const deleted = a.effects.slice(-2).map(effect => effect.split('/').at(-2))
    expect(deleted, 'the schema goes first, so that none is left dangling').toEqual([
      'flowschemas',
      'prioritylevelconfigurations',
    ])
    await process.actions.stop()
  })

  it('says so where nobody may act for the caller', async () => {
    const w = new ActionWorld()
    const process = await w.startProcess()
    const a = w.fleet.add('a', { state: 'Strained' })
    a.objects.set(GROUP, serving('v1'))
    a.impersonates = false
    await armed(w, process)
    await w.run(30_000)
    expect(w.shots()[1]).toMatchObject({ state: 'verified', detail: expect.stringContaining('unproven') })
    await process.actions.stop()
  })
})

describe('revoking a caller', () => {
  it('takes every binding that names it, and nothing else', async () => {
    const { fleet, plan } = planningWorld()
    fleet
      .add('a', { state: 'Strained' })
      .objects.set('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        items: [
          fleet.get('a').objects.get(BINDING_PATH),
          { ...fleet.binding([{ kind: 'User', name: 'telemetry' }]), metadata: { name: 'other', uid: 'o' } },
        ],
      })
    fleet.get('a').objects.set('/apis/rbac.authorization.k8s.io/v1/rolebindings', { items: null })
    const made = await plan({ kind: 'revoke-caller', target: CALLER })
    expect(made.targets[0]?.steps.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Delete ClusterRoleBinding telemetry-collector, which names only ServiceAccount observability\/telemetry/,
      ),
    ])
  })

  it('falls back on what was read before, and says so', async () => {
    const { fleet, plan } = planningWorld()
    fleet.add('a').fate = () => 'never-arrive'
    const made = await plan({ kind: 'revoke-caller', target: CALLER })
    expect(made.targets[0]?.verification).toMatchObject({
      kind: 'snapshot',
      why: expect.stringContaining('could not be read'),
    })
  })

  it('leaves out a cluster where nothing names it', async () => {
    const { fleet, plan } = planningWorld()
    fleet.add('a')
    fleet.get('a').objects.set('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { items: [] })
    fleet.get('a').objects.set('/apis/rbac.authorization.k8s.io/v1/rolebindings', { items: [] })
    const made = await plan({
      kind: 'revoke-caller',
      target: { kind: 'User', name: 'jane' },
      clusterIds: ['a'],
    })
    expect(made.leftOut).toEqual([{ clusterId: 'a', reason: 'no binding names User jane there' }])
  })
})

describe('changing a workload', () => {
  const patched = async (
    request: Record<string, unknown>,
    prepare: (fleet: FakeFleet) => void = () => {},
  ) => {
    const { clock, fleet, plan } = planningWorld()
    fleet.add('a', { state: 'Strained' })
    prepare(fleet)
    const made = await plan(request)
    return { clock, fleet, made, step: made.targets[0]?.steps[0] }
  }

  it('shrinks to no node by a selector that none matches, and keeps the one that was there', async () => {
    const { step } = await patched({ kind: 'shrink-footprint', target: TARGET, nodes: 0 }, fleet => {
      const object = fleet.get('a').objects.get(WORKLOAD_PATH)
      asRecord(asRecord(asRecord(object?.spec).template).spec).nodeSelector = { disk: 'ssd' }
    })
    const path = '/spec/template/spec/nodeSelector'
    expect(step?.write.body).toEqual([
      { op: 'test', path: '/metadata/uid', value: step?.object.uid },
      { op: 'test', path, value: { disk: 'ssd' } },
      { op: 'add', path, value: { disk: 'ssd', 'holdfast.dev/shrunk-to': 'no-node' } },
    ])
    expect(step?.undo?.body).toContainEqual({ op: 'add', path, value: { disk: 'ssd' } })
  })

  it('takes away again what was not there before', async () => {
    const { step } = await patched({ kind: 'shrink-footprint', target: TARGET, nodes: 0 })
    expect(step?.undo?.body).toContainEqual({ op: 'remove', path: '/spec/template/spec/nodeSelector' })
  })

  it('leaves out a cluster whose API server would refuse it, with its words', async () => {
    const { made } = await patched({ kind: 'shrink-footprint', target: TARGET, nodes: 0 }, fleet => {
      fleet.get('a').fate = request => (request.method === 'PATCH' ? { status: 422 } : 'serve')
    })
    expect(made.leftOut[0]?.reason).toBe('its API server would refuse it: 422, without a reason')
  })

  it('shrinks to so many nodes by their names', async () => {
    const { step } = await patched({ kind: 'shrink-footprint', target: TARGET, nodes: 2 }, fleet =>
      fleet.get('a').objects.set('/api/v1/nodes', {
        items: [{ metadata: { name: 'n1' } }, { metadata: { name: 'n2' } }],
      }),
    )
    expect(JSON.stringify(step?.write.body)).toContain(
      '[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]},{"matchFields":[{"key":"metadata.name","operator":"In","values":["n2"]}]}]',
    )
  })

  const revision = (number: number, image: string, owner: unknown) => ({
    metadata: { name: `r${number}`, ownerReferences: [{ uid: owner }] },
    revision: number,
    data: {
      spec: {
        template: {
          $patch: 'replace',
          metadata: { creationTimestamp: null, labels: { app: 'telemetry-collector' } },
          spec: { serviceAccountName: 'telemetry', containers: [{ name: 'agent', image }] },
        },
      },
    },
  })
  const history = (fleet: FakeFleet, ...images: string[]) => {
    const uid = asRecord(fleet.get('a').objects.get(WORKLOAD_PATH)?.metadata).uid
    const items = images.map((image, i) => revision(i + 1, image, uid))
    fleet
      .get('a')
      .objects.set(REVISIONS, { items: [...items, revision(99, 'of/another:1', 'somebody-else')] })
  }

  it('rolls back to the revision before the present one', async () => {
    const { step } = await patched({ kind: 'roll-back-workload', target: TARGET }, fleet =>
      history(
        fleet,
        'registry.example/telemetry:0',
        'registry.example/telemetry:1',
        'registry.example/telemetry:2',
      ),
    )
    expect(step?.text).toMatch(
      /to revision 2: image registry\.example\/telemetry:2 to registry\.example\/telemetry:1/,
    )
    expect(step?.write.body).toContainEqual({
      op: 'add',
      path: '/spec/template',
      value: expect.not.objectContaining({ $patch: 'replace' }),
    })
  })

  it('leaves out what has no past', async () => {
    const { made } = await patched({ kind: 'roll-back-workload', target: TARGET }, fleet =>
      history(fleet, 'registry.example/telemetry:2'),
    )
    expect(made.leftOut[0]?.reason).toBe('it has no earlier revision there')
  })

  it('is done only when its controller has followed', async () => {
    const w = new ActionWorld()
    const process = await w.startProcess()
    const a = w.fleet.add('a', { state: 'Strained' })
    const planning = process.actions.plan(
      { kind: 'shrink-footprint', target: TARGET, nodes: 0, reason: REASON },
      ADA,
    )
    await w.clock.advance(16_000)
    const plan = await planning
    const told = (status: Record<string, number>, generation = 2) => {
      const object = a.objects.get(WORKLOAD_PATH)
      if (object) Object.assign(object, { status, metadata: { ...asRecord(object.metadata), generation } })
    }
    w.watch()
    await process.actions.confirm(
      plan.id,
      { digest: plan.digest, typedName: TARGET.name, reason: REASON },
      ADA,
    )
    await w.run(5_000)
    told({ observedGeneration: 1, desiredNumberScheduled: 0 })
    await w.run(30_000)
    expect(w.shots()[0]).toMatchObject({ state: 'landed' })
    expect(w.shots()[0]?.doneAt).toBeUndefined()
    told({
      observedGeneration: 2,
      desiredNumberScheduled: 0,
      currentNumberScheduled: 0,
      numberMisscheduled: 3,
    })
    await w.run(30_000)
    expect(w.shots()[0]?.doneAt, 'pods are still there').toBeUndefined()
    told({
      observedGeneration: 2,
      desiredNumberScheduled: 0,
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
    })
    await w.run(30_000)
    expect(w.shots()[0]).toMatchObject({ state: 'verified' })
    await process.actions.stop()
  })
})
