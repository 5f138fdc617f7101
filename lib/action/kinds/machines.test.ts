import { describe, expect, it } from 'vitest'
import { parseActionRequest } from '../parse-request'
import type { DeclaredMachines } from '../ports'
import { asRecord } from '../saved-object'
import { ActionWorld, REASON } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'

const GROUP = 'cluster.x-k8s.io'
const path = `/apis/${GROUP}/v1beta1/namespaces/clusters/machinedeployments/eu-1-workers`
const target = { kind: 'MachineDeployment', namespace: 'clusters', name: 'eu-1-workers' } as const
const controlPlane = { kind: 'KubeadmControlPlane', namespace: 'clusters', name: 'eu-1' } as const
const controlPlanePath = `/apis/controlplane.${GROUP}/v1beta2/namespaces/clusters/kubeadmcontrolplanes/eu-1`
const limits = { cluster: 'eu-1', managementId: 'mgmt', floor: 10, ceiling: 100, maxStep: 20 }
const declared: DeclaredMachines[] = [
  { ...limits, target },
  { ...limits, target: controlPlane, floor: 1, ceiling: 5, maxStep: 2 },
]

async function world(machines: DeclaredMachines[] = declared) {
  const w = new ActionWorld()
  Object.assign(w.fleet, { machines: () => machines })
  const process = await w.startProcess()
  const mgmt = w.fleet.add('mgmt', { state: 'Healthy' })
  w.fleet.add('other', { state: 'Healthy' })
  const put = (at: string, group: string, version: string, replicas: number) => {
    mgmt.objects.set(`/apis/${group}`, { versions: [{ version }] })
    mgmt.objects.set(at, {
      metadata: { name: 'x', uid: 'm1', generation: 2 },
      spec: { replicas },
      status: {},
    })
    mgmt.objects.set(`${at}/scale`, { metadata: { uid: 'm1' }, spec: { replicas } })
  }
  put(path, GROUP, 'v1beta1', 40)
  put(controlPlanePath, `controlplane.${GROUP}`, 'v1beta2', 3)
  const scale = (replicas: number) => planned(w, process, { kind: 'scale-cluster', target, replicas })
  const servers = (replicas: number) =>
    planned(w, process, { kind: 'scale-api-servers', target: controlPlane, replicas })
  return { w, process, mgmt, scale, servers }
}

describe('scaling the machines of a cluster', () => {
  it('goes to the management cluster that is declared, and is done when the machines are there', async () => {
    const { w, process, mgmt, scale } = await world()
    const plan = await scale(25)
    expect(plan.targets.map(({ clusterId }) => clusterId)).toEqual(['mgmt'])
    expect(plan.targets[0]?.steps[0]).toMatchObject({
      text: 'Scale MachineDeployment clusters/eu-1-workers of eu-1 from 40 to 25 machines (uid m1)',
      write: { path: `${path}/scale` },
    })
    await confirmed(w, process, plan)
    await w.run(10_000)
    const object = asRecord(mgmt.objects.get(path))
    object.spec = { replicas: 25 }
    object.status = { replicas: 33, readyReplicas: 33 }
    await w.run(30_000)
    expect(w.shots()[0]).toMatchObject({ state: 'landed' })
    expect(w.shots()[0]?.doneAt, 'eight machines are still there').toBeUndefined()
    object.status = { replicas: 25, readyReplicas: 25 }
    await w.run(30_000)
    expect(w.shots()[0]).toMatchObject({
      state: 'verified',
      detail: expect.stringContaining('25 machines where 25'),
    })
    await process.actions.undo(plan.id, { name: 'ada' })
    await w.run(60_000)
    expect(asRecord(mgmt.objects.get(`${path}/scale`)?.spec).replicas).toBe(40)
    await process.actions.stop()
  })

  it.each([
    [9, 'below its floor of 10'],
    [101, 'above its ceiling of 100'],
    [19, 'more than 20 machines at once'],
    [20, undefined],
    [60, undefined],
  ])('to %i: %s', async (replicas, refusal) => {
    const { process, scale } = await world()
    const verdict = (await scale(replicas)).guards.find(({ guard }) => guard === 'scale.limits')
    if (refusal) expect(verdict).toMatchObject({ verdict: 'block', text: expect.stringContaining(refusal) })
    else expect(verdict?.verdict).toBe('pass')
    await process.actions.stop()
  })

  it('leaves alone what is not declared, or scaled by something else', async () => {
    const { w, process, mgmt, scale } = await world()
    const elsewhere = await planned(w, process, {
      kind: 'scale-cluster',
      target,
      replicas: 30,
      clusterIds: ['other'],
    })
    expect(elsewhere.leftOut[0]?.reason).toContain('not declared there')
    asRecord(mgmt.objects.get(path)).spec = {}
    expect((await scale(30)).leftOut[0]?.reason).toContain('an autoscaler perhaps')
    await process.actions.stop()
  })
})

describe('scaling API servers', () => {
  it('goes up by odd numbers only, and never down', async () => {
    const { process, servers } = await world()
    const up = await servers(5)
    expect(up.guards.filter(({ verdict }) => verdict === 'block')).toEqual([])
    expect(up.targets[0]?.steps[0]?.text).toContain('from 3 to 5')
    const down = await servers(1)
    expect(down.guards.find(({ guard }) => guard === 'scale.limits')).toMatchObject({
      verdict: 'block',
      text: expect.stringContaining('takes API servers away'),
    })
    expect(() =>
      parseActionRequest({ kind: 'scale-api-servers', target: controlPlane, replicas: 4, reason: REASON }),
    ).toThrow(/must be odd/)
    await process.actions.stop()
  })
})
