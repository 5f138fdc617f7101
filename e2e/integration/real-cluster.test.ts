import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Engine } from '../../lib/engine/engine'
import { startEngine } from '../../lib/engine/start-engine'
import type { EmbeddedPostgres } from '../../lib/store/embedded-postgres'
import type { ActionDto } from '../../lib/wire/actions'
import { Api } from '../controlplane/api'
import { findBinaries } from '../controlplane/binaries'
import { readTarget } from '../controlplane/kubeconfig'
import { type ControlPlane, startControlPlane } from '../controlplane/start-control-plane'
import { startDatabase } from './support/database'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

const nodes = 200
const target = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' } as const
const objectPath = '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector'
const podsPath = '/api/v1/namespaces/observability/pods?labelSelector=app%3Dtelemetry-collector'
const person = { name: 'test person', role: 'commander', via: 'token', id: 'test' } as const
const reason = 'its agents are not needed in this test'

const found = await findBinaries({ allowBuild: false })
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`a real cluster of ${nodes} nodes${missing ? ` (${missing})` : ''}`, () => {
  let dir: string
  let controlPlane: ControlPlane
  let api: Api
  let database: EmbeddedPostgres
  let engine: Engine

  beforeAll(async () => {
    dir = await temporaryFolder('real')
    controlPlane = await startControlPlane({
      dir: path.join(dir, 'cluster'),
      nodes,
      allowBuild: false,
      controllerQps: 100,
      tiedToThisProcess: true,
    })
    api = new Api(readTarget(controlPlane.operatorKubeconfigPath, 'break-glass'), 4)
    const configPath = path.join(dir, 'holdfast.yaml')
    const cluster = { context: 'ordinary', name: 'real', breakGlass: { context: 'break-glass' } }
    await writeFile(
      configPath,
      stringify({
        apiVersion: 'holdfast.dev/v1',
        kubeconfigs: [controlPlane.operatorKubeconfigPath],
        contexts: { include: ['ordinary'] },
        clusters: [cluster],
      }),
    )
    database = await startDatabase(path.join(dir, 'holdfast'))
    engine = await startEngine({ databaseUrl: database.url, configPath, kubeconfigPaths: [] })
  }, 300_000)

  afterAll(async () => {
    await engine?.stop()
    await database?.stop()
    await api?.close()
    await controlPlane?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const theCluster = () => {
    const [cluster, ...others] = engine.fleet().clusters
    if (!cluster || others.length > 0) throw new Error('the fleet is not that one cluster')
    return cluster
  }
  const shotOf = (action: ActionDto, stepKind: string) =>
    action.shots.find(shot => shot.stepKind === stepKind) ?? expect.fail(`no shot of ${stepKind}`)
  const actionOnce = (id: string, what: string, is: (action: ActionDto) => boolean) =>
    until(
      what,
      async () => {
        const action = await engine.actions.get(id)
        return is(action) ? action : undefined
      },
      { withinMs: 240_000 },
    ).catch(async error => {
      throw new Error(`${error.message}: ${JSON.stringify((await engine.actions.get(id)).shots)}`)
    })
  const pods = async () => {
    const { items } = await api.expect('GET', podsPath)
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
    expect(seen.version?.replace(/^v/, '')).toBe(controlPlane.version)
    const { lanes } = await until('both lanes to be proven and the DaemonSet to be seen', () => {
      const detail = engine.cluster(seen.id)
      const isProven = detail.lanes.every(({ state }) => state === 'open')
      return isProven && detail.workloads.some(({ name }) => name === target.name) ? detail : undefined
    })
    expect(lanes.map(({ kind }) => kind).toSorted()).toEqual(['exempt', 'ordinary'])
  })

  it('loses the DaemonSet and its pods by plan and confirmation, and gets them back by undo', {
    timeout: 600_000,
  }, async () => {
    const before = await api.expect('GET', objectPath)
    const uid = (before.metadata as { uid: string }).uid
    expect(await pods()).toBe(nodes)

    const plan = await engine.actions.plan({ kind: 'remove-service', target, reason }, person)
    expect(plan.blastRadius).toMatchObject({ clusters: 1, nodes })
    expect(plan.targets[0]?.verification.kind).toBe('dry-run')
    // A dry run must have changed nothing.
    expect((await api.expect('GET', objectPath)).metadata).toMatchObject({ uid })
    expect(plan.guards.filter(({ verdict }) => verdict === 'block')).toEqual([])

    await engine.actions.confirm(plan.id, { digest: plan.digest, typedName: target.name, reason }, person)
    const landed = await actionOnce(
      plan.id,
      'the removal to land',
      action => shotOf(action, 'delete-workload').landedAt !== null,
    )
    expect(shotOf(landed, 'delete-workload').lane).not.toBeNull()
    expect((await api.request('GET', objectPath)).status).toBe(404)

    const done = await actionOnce(plan.id, 'its pods to be gone', action =>
      action.shots.every(shot => shot.doneAt !== null),
    )
    expect(done.progress.done).toBe(1)
    expect(await pods()).toBe(0)

    const verified = await actionOnce(plan.id, 'it to be verified', ({ state }) => state === 'finished')
    expect(verified.shots.map(({ state }) => state)).toEqual(verified.shots.map(() => 'verified'))
    expect(verified.canUndo).toBe(true)

    const undo = await engine.actions.undo(plan.id, person)
    await actionOnce(undo.id, 'the undo to land', action =>
      action.shots.every(({ state }) => ['landed', 'verified'].includes(state)),
    )
    const after = await api.expect('GET', objectPath)
    expect((after.metadata as { uid: string }).uid).not.toBe(uid)
    expect((after.spec as { selector: unknown }).selector).toEqual(
      (before.spec as { selector: unknown }).selector,
    )
    await until('its pods to be back', async () => ((await pods()) === nodes ? true : undefined))
  })
})
