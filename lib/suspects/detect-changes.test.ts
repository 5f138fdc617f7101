import { describe, expect, it } from 'vitest'
import type { WorkloadSeen } from '../probe/types'
import { detectChanges } from './detect-changes'
import { DAY, MINUTE, T0 } from './testing/synthetic-fleet'

const workload = (more: Partial<WorkloadSeen> = {}): WorkloadSeen => ({
  kind: 'DaemonSet',
  namespace: 'observability',
  name: 'telemetry-collector',
  uid: 'u1',
  generation: 1,
  resourceVersion: '100',
  createdAt: T0,
  changedAt: T0 + 1000,
  labels: {},
  annotations: {},
  images: ['registry.example:5000/obs/telemetry-collector:v0.9.3'],
  serviceAccountName: 'telemetry-collector',
  desiredNumberScheduled: 2000,
  ...more,
})
const look = (before: WorkloadSeen[] | undefined, after: WorkloadSeen[], at = T0 + 5 * MINUTE) =>
  detectChanges({ clusterId: 'c1', at, before, after })

describe('detectChanges', () => {
  it('reports a new workload at its own time, with what an action needs to know', () => {
    expect(look([], [workload()])).toEqual([
      {
        clusterId: 'c1',
        at: T0 + 1000,
        source: 'inventory',
        kind: 'DaemonSet',
        namespace: 'observability',
        name: 'telemetry-collector',
        version: 'v0.9.3',
        created: true,
        uid: 'u1',
        serviceAccount: 'telemetry-collector',
        desiredPods: 2000,
      },
    ])
  })

  it('learns on the first look what changed before it, and when', () => {
    const old = workload({
      name: 'node-exporter',
      createdAt: T0 - 12 * DAY,
      changedAt: T0 - 2 * DAY,
      generation: 3,
    })
    expect(look(undefined, [old])).toMatchObject([
      { name: 'node-exporter', at: T0 - 2 * DAY, created: false },
    ])
  })

  it('is silent while nothing changes but the status', () => {
    expect(look([workload()], [workload({ resourceVersion: '200', desiredNumberScheduled: 1990 })])).toEqual(
      [],
    )
  })

  it('reports a changed template at the object’s own time, else at the look', () => {
    const next = { images: ['telemetry-collector:v0.9.4'], generation: 2 }
    const told = look([workload()], [workload({ ...next, changedAt: T0 + 4 * MINUTE })])
    expect(told).toMatchObject([{ version: 'v0.9.4', at: T0 + 4 * MINUTE, created: false }])
    expect(look([workload()], [workload(next)])).toMatchObject([{ at: T0 + 5 * MINUTE }])
  })

  it('takes scaling for no change where the template’s revision is told', () => {
    const revision = (value: string) => ({ 'deployment.kubernetes.io/revision': value })
    const before = workload({ kind: 'Deployment', images: undefined, annotations: revision('7') })
    expect(look([before], [{ ...before, generation: 9 }])).toEqual([])
    expect(look([before], [{ ...before, generation: 10, annotations: revision('8') }])).toHaveLength(1)
  })

  it('takes a workload that was created again for a change', () => {
    const again = workload({ uid: 'u2', createdAt: T0 + 3 * MINUTE, changedAt: T0 + 3 * MINUTE })
    expect(look([workload()], [again])).toMatchObject([{ uid: 'u2', at: T0 + 3 * MINUTE }])
  })

  it('never dates a change after the look, whatever the cluster’s clock says', () => {
    const ahead = workload({ createdAt: T0 + DAY, changedAt: T0 + DAY })
    expect(look([], [ahead])).toMatchObject([{ at: T0 + 5 * MINUTE }])
  })

  it('dates a new workload that tells no time by the look, and leaves it out on the first', () => {
    const timeless = workload({ createdAt: undefined, changedAt: undefined })
    expect(look([], [timeless])).toMatchObject([{ at: T0 + 5 * MINUTE }])
    expect(look(undefined, [timeless])).toEqual([])
  })

  it.each([
    ['registry:5000/app', undefined],
    ['app:1.2', '1.2'],
    ['app@sha256:0123456789abcdef', '0123456789ab'],
    ['app:1.2@sha256:0123456789abcdef', '1.2'],
  ])('reads the version of %s', (image, version) => {
    expect(look([], [workload({ images: [image] })])[0]?.version).toBe(version)
  })

  it('falls back to the version label', () => {
    const labelled = workload({ images: undefined, labels: { 'app.kubernetes.io/version': '3.1' } })
    expect(look([], [labelled])[0]?.version).toBe('3.1')
  })
})
