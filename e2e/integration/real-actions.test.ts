import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActionDto } from '../../lib/wire/actions'
import { Api, type JsonObject } from '../controlplane/api'
import { findBinaries } from '../controlplane/binaries'
import { readTarget } from '../controlplane/kubeconfig'
import { telemetry } from '../controlplane/workloads'
import { type RealHoldfast, startRealHoldfast } from './support/real-holdfast'
import { until } from './support/until'

const nodes = 40
const daemonSet = { kind: 'DaemonSet', ...telemetry } as const
const daemonSetPath = `/apis/apps/v1/namespaces/${telemetry.namespace}/daemonsets/${telemetry.name}`
const podsPath = `/api/v1/namespaces/${telemetry.namespace}/pods?labelSelector=app%3D${telemetry.name}`
const deployments = `/apis/apps/v1/namespaces/${telemetry.namespace}/deployments`
const flowControl = '/apis/flowcontrol.apiserver.k8s.io'
const schemaHeader = 'x-kubernetes-pf-flowschema-uid'

const found = await findBinaries({ allowBuild: false })
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`guarded actions on a real control plane${missing ? ` (${missing})` : ''}`, () => {
  let real: RealHoldfast
  let agent: Api

  beforeAll(async () => {
    real = await startRealHoldfast(nodes)
    agent = new Api(readTarget(real.controlPlane.kubeconfigPath, 'telemetry'), 4)
    await until(
      'the cluster to be known',
      () => {
        const [cluster] = real.engine.fleet().clusters
        const detail = cluster?.controlPlane.state === 'Healthy' ? real.engine.cluster(cluster.id) : undefined
        return detail?.workloads.some(({ name }) => name === telemetry.name) ? detail : undefined
      },
      { withinMs: 120_000 },
    )
  }, 300_000)

  afterAll(async () => {
    await agent?.close()
    await real?.stop()
  })

  const pods = async () => ((await real.api.expect('GET', podsPath)).items as unknown[]).length
  const verified = (id: string) =>
    real.actionOnce(id, 'it to be verified', action => action.state === 'finished')
  const undone = async (id: string) => {
    await real.undo(id)
    return real.actionOnce(id, 'it to be undone', action => action.state === 'undone')
  }
  const states = ({ shots }: ActionDto) => shots.map(({ state }) => state)
  /** The account that the agents run as, whoever named it. */
  const caller = async () => {
    const { spec } = (await real.api.expect('GET', daemonSetPath)) as { spec: { template: JsonObject } }
    const name = (spec.template.spec as { serviceAccountName: string }).serviceAccountName
    return { kind: 'ServiceAccount', namespace: telemetry.namespace, name } as const
  }

  it('mutes the caller, proves it by who takes its requests, and lets it in again', {
    timeout: 300_000,
  }, async () => {
    const plan = await real.carryOut({ kind: 'mute-caller', target: await caller(), minutes: 30 })
    expect(plan.targets[0]?.verification.kind).toBe('dry-run')
    const muted = await verified(plan.id)
    expect(states(muted)).toEqual(['verified', 'verified'])
    expect(muted.shots[1]?.detail).toContain('seen to be taken by the rejecting level')
    const { preferredVersion } = await real.api.expect('GET', flowControl)
    const { version } = preferredVersion as { version: string }
    const schemas = async () => {
      const { items } = await real.api.expect('GET', `${flowControl}/${version}/flowschemas`)
      return (items as { metadata: { name: string; uid: string } }[])
        .map(({ metadata }) => metadata)
        .filter(({ name }) => name.startsWith('holdfast-mute-'))
    }
    const [schema] = await schemas()
    const asked = await agent.request('GET', '/api/v1/pods?limit=1')
    expect(asked.headers[schemaHeader]).toBe(schema?.uid)
    await undone(plan.id)
    expect(await schemas()).toEqual([])
    await until('the caller to be let in', async () => {
      const { status, headers } = await agent.request('GET', '/api/v1/pods?limit=1')
      return status === 200 && headers[schemaHeader] !== schema?.uid ? true : undefined
    })
  })

  it('revokes the caller, who is then answered 403, and gives its rights back', {
    timeout: 300_000,
  }, async () => {
    expect((await agent.request('GET', '/api/v1/pods?limit=1')).status).toBe(200)
    const plan = await real.carryOut({ kind: 'revoke-caller', target: await caller() })
    await verified(plan.id)
    await until('the caller to be refused', async () => {
      const { status } = await agent.request('GET', '/api/v1/pods?limit=1')
      return status === 403 ? true : undefined
    })
    await undone(plan.id)
    await until('the caller to have its rights again', async () => {
      const { status } = await agent.request('GET', '/api/v1/pods?limit=1')
      return status === 200 ? true : undefined
    })
  })

  it('shrinks the DaemonSet to two nodes and to none, and lets it run everywhere again', {
    timeout: 300_000,
  }, async () => {
    await until('all agents to run', async () => ((await pods()) === nodes ? true : undefined))
    for (const left of [2, 0]) {
      const plan = await real.carryOut({ kind: 'shrink-footprint', target: daemonSet, nodes: left })
      const shrunk = await verified(plan.id)
      expect(states(shrunk)).toEqual(['verified'])
      expect(await pods()).toBe(left)
      await undone(plan.id)
      await until('all agents to be back', async () => ((await pods()) === nodes ? true : undefined))
    }
  })

  it('rolls the DaemonSet back to the image it had, and forward again', { timeout: 300_000 }, async () => {
    const image = async () => {
      const { spec } = (await real.api.expect('GET', daemonSetPath)) as {
        spec: { template: { spec: { containers: { image: string }[] } } }
      }
      return spec.template.spec.containers[0]?.image
    }
    const good = await image()
    await real.api.expect('PATCH', daemonSetPath, {
      contentType: 'application/json-patch+json',
      body: [
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'telemetry:harmful' },
        { op: 'add', path: '/spec/updateStrategy/rollingUpdate', value: { maxUnavailable: '50%' } },
      ],
    })
    await until('the new revision to be recorded', async () => {
      const revisions = `/apis/apps/v1/namespaces/${telemetry.namespace}/controllerrevisions`
      const { items } = await real.api.expect('GET', revisions)
      return JSON.stringify(items).includes('telemetry:harmful') ? true : undefined
    })
    const plan = await real.carryOut({ kind: 'roll-back-workload', target: daemonSet })
    expect(plan.targets[0]?.steps[0]?.text).toContain(`image telemetry:harmful to ${good}`)
    await verified(plan.id)
    expect(await image()).toBe(good)
    await undone(plan.id)
    expect(await image()).toBe('telemetry:harmful')
  })

  it('scales a Deployment down and back by its scale, and up in batches', { timeout: 300_000 }, async () => {
    const labels = { app: 'checkout' }
    await real.api.expect('POST', deployments, {
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'checkout' },
        spec: {
          replicas: 6,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'shop', image: 'shop:1' }] } },
        },
      },
    })
    const replicas = async () => {
      const { status } = await real.api.expect('GET', `${deployments}/checkout`)
      return (status as { replicas?: number }).replicas
    }
    await until('its replicas to be made', async () => ((await replicas()) === 6 ? true : undefined))
    const clusterIds = real.engine.fleet().clusters.map(({ id }) => id)
    const target = { kind: 'Deployment', namespace: telemetry.namespace, name: 'checkout' } as const
    const plan = await real.carryOut({ kind: 'scale-workload', target, replicas: 4, clusterIds })
    await verified(plan.id)
    expect(await replicas()).toBe(4)
    await undone(plan.id)
    await until('its replicas to be back', async () => ((await replicas()) === 6 ? true : undefined))
    const up = await real.carryOut({ kind: 'scale-workload', target, replicas: 8, clusterIds })
    const grown = await verified(up.id)
    expect(grown.shots.map(({ stepKind }) => stepKind)).toEqual(['admit-replicas', 'admit-replicas'])
    expect(await replicas()).toBe(8)
  })
})
