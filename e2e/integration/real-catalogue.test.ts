import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { ActionDto } from '../../lib/wire/actions'
import type { JsonObject } from '../controlplane/api'
import { findBinaries } from '../controlplane/binaries'
import { createCustom, defineCustomResources } from './support/custom-resources'
import { type RealHoldfast, startRealHoldfast } from './support/real-holdfast'
import { until } from './support/until'

const namespace = 'default'
const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const pool = ['blue-1', 'blue-2', 'blue-3', 'blue-4']
const workers = { kind: 'MachineDeployment', namespace, name: 'eu-1-workers' } as const
const servers = { kind: 'KubeadmControlPlane', namespace, name: 'eu-1' } as const
const limits = { floor: 4, ceiling: 20, maxStep: 10 }

/** Keeps the last call that was not a dry run, as an actuator's whole effect. */
const wallFile = path.join(tmpdir(), `real-catalogue-wall-${process.pid}.json`)
const wallScript = `let t='';process.stdin.on('data',d=>t+=d).on('end',()=>{if(JSON.parse(t).mode!=='dry-run')require('fs').writeFileSync(process.argv[1],t);console.log('the wall is as you wish')})`

const found = await findBinaries({ allowBuild: false })
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(
  `actions on nodes, owners, machines and routes of a real control plane${missing ? ` (${missing})` : ''}`,
  () => {
    let real: RealHoldfast
    let clusterIds: string[]

    beforeAll(async () => {
      real = await startRealHoldfast(4, {
        clusterApi: [
          {
            cluster: 'eu-1',
            management: 'ordinary',
            namespace,
            controlPlane: { name: servers.name },
            workers: [{ name: workers.name, ...limits }],
          },
        ],
        actuators: [
          {
            name: 'wall',
            purpose: 'restrict-api-access',
            clusters: ['real'],
            input: { state: { type: 'choice', values: ['open', 'closed'] } },
            undo: true,
            command: [process.execPath, '-e', wallScript, wallFile],
          },
        ],
      })
      for (const name of pool) {
        await real.api.expect('POST', '/api/v1/nodes', {
          body: { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { pool: 'blue' } } },
        })
      }
      await defineCustomResources(real.api)
      await until(
        'the cluster to be known',
        () => (real.engine.fleet().clusters[0]?.controlPlane.state === 'Healthy' ? true : undefined),
        { withinMs: 120_000 },
      )
      clusterIds = real.engine.fleet().clusters.map(({ id }) => id)
    }, 300_000)

    afterAll(async () => {
      rmSync(wallFile, { force: true })
      await real?.stop()
    })

    const finished = (id: string) =>
      real.actionOnce(id, 'it to be verified', action => action.state === 'finished')
    const undone = async (id: string) => {
      await real.undo(id)
      return real.actionOnce(id, 'it to be undone', action => action.state === 'undone')
    }
    const states = ({ shots }: ActionDto) => shots.map(({ state }) => state)
    const specOf = async (path: string) => (await real.api.expect('GET', path)).spec as JsonObject
    const cordoned = async () => {
      const specs = await Promise.all(pool.map(name => specOf(`/api/v1/nodes/${name}`)))
      return pool.filter((_name, i) => specs[i]?.unschedulable === true)
    }

    it('cordons three nodes of a pool, lets them have work again one batch after another, and undoes a cordon', {
      timeout: 400_000,
    }, async () => {
      const target = { kind: 'Nodes', name: 'pool=blue' } as const
      const cordon = await real.carryOut({ kind: 'cordon-nodes', target, nodes: 3, clusterIds })
      expect(cordon.targets[0]?.verification.kind).toBe('dry-run')
      expect(states(await finished(cordon.id))).toEqual(['verified', 'verified', 'verified'])
      expect(await cordoned()).toEqual(['blue-1', 'blue-2', 'blue-3'])

      const admit = await real.carryOut({ kind: 're-admit-nodes', target, nodes: 50, clusterIds })
      expect(admit.shots.length === 0 && admit.targets[0]?.steps.length).toBe(3)
      const admitted = await finished(admit.id)
      expect(states(admitted)).toEqual(['verified', 'verified', 'verified'])
      expect(await cordoned()).toEqual([])
      const at = admitted.shots.map(({ landedAt }) => Date.parse(String(landedAt)))
      expect((at[1] ?? 0) - (at[0] ?? 0), 'the first one settles alone').toBeGreaterThanOrEqual(15_000)

      const again = await real.carryOut({ kind: 'cordon-nodes', target, nodes: 1, clusterIds })
      await finished(again.id)
      expect(await cordoned()).toEqual(['blue-1'])
      await undone(again.id)
      expect(await cordoned()).toEqual([])
    })

    it.each([
      [
        'Application',
        { project: 'p', syncPolicy: { automated: { prune: true }, retry: { limit: 2 } } },
        { project: 'p', syncPolicy: { retry: { limit: 2 } } },
      ],
      ['Kustomization', { path: './apps' }, { path: './apps', suspend: true }],
    ] as const)(
      'freezes %s, and lets it go on as before',
      { timeout: 300_000 },
      async (kind, before, after) => {
        const path = await createCustom(real.api, kind, namespace, 'shop', before)
        const target = { kind, namespace, name: 'shop' }
        const freeze = await real.carryOut({ kind: 'freeze-roll-outs', target, clusterIds })
        expect(states(await finished(freeze.id))).toEqual(['verified'])
        expect(await specOf(path)).toEqual(after)
        await undone(freeze.id)
        expect(await specOf(path)).toEqual(before)
      },
    )

    it('scales machines within what is declared, and is done when their controller followed', {
      timeout: 300_000,
    }, async () => {
      const path = await createCustom(real.api, 'MachineDeployment', namespace, workers.name, {
        replicas: 12,
      })
      const tell = (replicas: number) =>
        real.api.expect('PATCH', `${path}/status`, {
          contentType: mergePatch,
          body: { status: { replicas, readyReplicas: replicas } },
        })
      await tell(12)
      const tooFew = await real.plan({ kind: 'scale-cluster', target: workers, replicas: 3 })
      expect(tooFew.guards.find(({ guard }) => guard === 'scale.limits')?.verdict).toBe('block')
      const plan = await real.carryOut({ kind: 'scale-cluster', target: workers, replicas: 6 })
      const landed = await real.actionOnce(plan.id, 'it to land', action => action.progress.landed === 1)
      expect((await specOf(path)).replicas).toBe(6)
      expect(landed.progress.done).toBe(0)
      await tell(6)
      expect(states(await finished(plan.id))).toEqual(['verified'])
      await undone(plan.id)
      expect((await specOf(path)).replicas).toBe(12)
    })

    it('scales API servers up, by their scale', { timeout: 300_000 }, async () => {
      const path = await createCustom(real.api, 'KubeadmControlPlane', namespace, servers.name, {
        replicas: 3,
      })
      const plan = await real.carryOut({ kind: 'scale-api-servers', target: servers, replicas: 5 })
      await real.actionOnce(plan.id, 'it to land', action => action.progress.landed === 1)
      expect((await specOf(path)).replicas).toBe(5)
    })

    it('shifts the weights of a route to a backend that has endpoints, and back', {
      timeout: 300_000,
    }, async () => {
      for (const service of ['blue', 'green']) {
        await real.api.expect('POST', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
          body: {
            apiVersion: 'discovery.k8s.io/v1',
            kind: 'EndpointSlice',
            metadata: { name: service, labels: { 'kubernetes.io/service-name': service } },
            addressType: 'IPv4',
            endpoints: [
              { addresses: ['10.9.0.1'] },
              { addresses: ['10.9.0.2'], conditions: { ready: false } },
            ],
          },
        })
      }
      const backend = (name: string, weight: number) => ({ name, port: 80, weight })
      const rules = (blue: number, green: number) => ({
        rules: [{ backendRefs: [backend('blue', blue), backend('green', green)] }],
      })
      const path = await createCustom(real.api, 'HTTPRoute', namespace, 'web', rules(80, 20))
      const target = { kind: 'HTTPRoute', namespace, name: 'web' } as const
      const plan = await real.carryOut({
        kind: 'shift-traffic',
        target,
        to: 'green',
        percent: 70,
        clusterIds,
      })
      expect(plan.guards.find(({ guard }) => guard === 'traffic.capacity')?.verdict).toBe('pass')
      expect(states(await finished(plan.id))).toEqual(['verified'])
      expect(await specOf(path)).toEqual(rules(3_000, 7_000))
      await undone(plan.id)
      expect(await specOf(path)).toEqual(rules(80, 20))
    })

    it('runs an actuator of the operator’s, and has it take back what it did', {
      timeout: 300_000,
    }, async () => {
      const target = { kind: 'Actuator', name: 'wall' } as const
      const plan = await real.plan({ kind: 'run-actuator', target, input: { state: 'closed' } })
      expect(plan.targets[0]?.verification.kind).toBe('dry-run')
      expect(existsSync(wallFile)).toBe(false)
      await real.confirm(plan)
      const done = await finished(plan.id)
      expect(states(done)).toEqual(['verified'])
      const told = () => JSON.parse(readFileSync(wallFile, 'utf8')) as JsonObject
      expect(told()).toMatchObject({
        mode: 'apply',
        input: { state: 'closed' },
        idempotencyKey: done.shots[0]?.id,
      })
      await undone(plan.id)
      expect(told()).toMatchObject({ mode: 'undo', input: { state: 'closed' } })
    })

    it('needs no more than the roles of deploy/rbac-optional.yaml', { timeout: 120_000 }, async () => {
      const text = readFileSync(new URL('../../deploy/rbac-optional.yaml', import.meta.url), 'utf8')
      for (const document of parseAllDocuments(text)) {
        const body = document.toJS() as { kind: string }
        const plural = `${body.kind.toLowerCase()}s`
        await real.api.expect('POST', `/apis/rbac.authorization.k8s.io/v1/${plural}`, { body })
      }
      const headers = { 'impersonate-user': 'somebody', 'impersonate-group': 'holdfast:responders' }
      const asked = async (method: 'PATCH' | 'DELETE', path: string, body?: unknown) =>
        (await real.api.request(method, `${path}?dryRun=All`, { headers, contentType: jsonPatch, body }))
          .status
      const set = (path: string, value: unknown) => [{ op: 'add', path, value }]
      const custom = (group: string, rest: string) => `/apis/${group}/namespaces/${namespace}/${rest}`
      const allowed: [string, unknown][] = [
        ['/api/v1/nodes/blue-1', set('/spec/unschedulable', true)],
        [custom('argoproj.io/v1alpha1', 'applications/shop'), set('/spec/project', 'q')],
        [custom('kustomize.toolkit.fluxcd.io/v1', 'kustomizations/shop'), set('/spec/suspend', true)],
        [
          custom('cluster.x-k8s.io/v1beta1', 'machinedeployments/eu-1-workers/scale'),
          set('/spec/replicas', 7),
        ],
        [
          custom('controlplane.cluster.x-k8s.io/v1beta1', 'kubeadmcontrolplanes/eu-1/scale'),
          set('/spec/replicas', 7),
        ],
        [custom('gateway.networking.k8s.io/v1', 'httproutes/web'), set('/spec/x', 1)],
      ]
      await until('the roles to be loaded', async () => {
        const status = await asked('PATCH', '/api/v1/nodes/blue-1', set('/spec/unschedulable', true))
        return status === 200 ? true : undefined
      })
      for (const [path, body] of allowed)
        expect([path, await asked('PATCH', path, body)]).toEqual([path, 200])
      const machines = custom('cluster.x-k8s.io/v1beta1', 'machinedeployments/eu-1-workers')
      expect(await asked('PATCH', machines, set('/spec/x', 1)), 'its scale alone').toBe(403)
      expect(await asked('DELETE', '/api/v1/nodes/blue-1')).toBe(403)
    })
  },
)
