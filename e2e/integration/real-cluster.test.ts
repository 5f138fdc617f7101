import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActionDto } from '../../lib/wire/actions'
import { findBinaries } from '../controlplane/binaries'
import { type RealHoldfast, startRealHoldfast } from './support/real-holdfast'
import { until } from './support/until'

const nodes = 200
const target = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' } as const
const objectPath = '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector'
const podsPath = '/api/v1/namespaces/observability/pods?labelSelector=app%3Dtelemetry-collector'
const found = await findBinaries({ allowBuild: false })
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`a real cluster of ${nodes} nodes${missing ? ` (${missing})` : ''}`, () => {
  let real: RealHoldfast

  beforeAll(async () => {
    real = await startRealHoldfast(nodes)
  }, 300_000)

  afterAll(async () => {
    await real?.stop()
  })

  const theCluster = () => {
    const [cluster, ...others] = real.engine.fleet().clusters
    if (!cluster || others.length > 0) throw new Error('the fleet is not that one cluster')
    return cluster
  }
  const shotOf = (action: ActionDto, stepKind: string) =>
    action.shots.find(shot => shot.stepKind === stepKind) ?? expect.fail(`no shot of ${stepKind}`)
  const pods = async () => {
    const { items } = await real.api.expect('GET', podsPath)
    return (items as unknown[]).length
  }

  it('is shown with its true node count, its version, Healthy, and both ways in', {
    timeout: 300_000,
  }, async () => {
    const seen = await until(
      'the cluster to be known',
      () => {
        const cluster = theCluster()
        return cluster.nodes === nodes && cluster.version && cluster.controlPlane.state === 'Healthy'
          ? cluster
          : undefined
      },
      { withinMs: 240_000 },
    ).catch(error => {
      throw new Error(`${error.message}; it is ${JSON.stringify(theCluster())}`)
    })
    expect(seen.problem).toBeNull()
    expect(seen.version?.replace(/^v/, '')).toBe(real.controlPlane.version)
    const { lanes } = await until('both lanes to be proven and the DaemonSet to be seen', () => {
      const detail = real.engine.cluster(seen.id)
      const isProven = detail.lanes.every(({ state }) => state === 'open')
      return isProven && detail.workloads.some(({ name }) => name === target.name) ? detail : undefined
    })
    expect(lanes.map(({ kind }) => kind).toSorted()).toEqual(['exempt', 'ordinary'])
  })

  it('loses the DaemonSet and its pods by plan and confirmation, and gets them back by undo', {
    timeout: 600_000,
  }, async () => {
    const before = await real.api.expect('GET', objectPath)
    const uid = (before.metadata as { uid: string }).uid
    expect(await pods()).toBe(nodes)

    const plan = await real.plan({ kind: 'remove-service', target })
    expect(plan.blastRadius).toMatchObject({ clusters: 1, nodes })
    expect(plan.targets[0]?.verification.kind).toBe('dry-run')
    // A dry run must have changed nothing.
    expect((await real.api.expect('GET', objectPath)).metadata).toMatchObject({ uid })
    expect(plan.guards.filter(({ verdict }) => verdict === 'block')).toEqual([])

    await real.confirm(plan)
    const landed = await real.actionOnce(
      plan.id,
      'the removal to land',
      action => shotOf(action, 'delete-workload').landedAt !== null,
    )
    expect(shotOf(landed, 'delete-workload').lane).not.toBeNull()
    expect((await real.api.request('GET', objectPath)).status).toBe(404)

    const done = await real.actionOnce(plan.id, 'its pods to be gone', action =>
      action.shots.every(shot => shot.doneAt !== null),
    )
    expect(done.progress.done).toBe(1)
    expect(await pods()).toBe(0)

    const verified = await real.actionOnce(plan.id, 'it to be verified', ({ state }) => state === 'finished')
    expect(verified.shots.map(({ state }) => state)).toEqual(verified.shots.map(() => 'verified'))
    expect(verified.canUndo).toBe(true)

    const undo = await real.undo(plan.id)
    await real.actionOnce(undo.id, 'the undo to land', action =>
      action.shots.every(({ state }) => ['landed', 'verified'].includes(state)),
    )
    const after = await real.api.expect('GET', objectPath)
    expect((after.metadata as { uid: string }).uid).not.toBe(uid)
    expect((after.spec as { selector: unknown }).selector).toEqual(
      (before.spec as { selector: unknown }).selector,
    )
    await until('its pods to be back', async () => ((await pods()) === nodes ? true : undefined))
  })
})
