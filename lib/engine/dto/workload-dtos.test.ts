import { describe, expect, it } from 'vitest'
import type { WorkloadSeen } from '../../probe/types'
import type { ChangeSeen } from '../../suspects/types'
import { clusterDetailDto } from '../../wire/cluster-detail'
import { workloadDtos } from './workload-dtos'

const AT = Date.parse('2024-12-11T23:30:00Z')
const wire = clusterDetailDto.pick({ workloads: true, workloadsKnown: true })

function seen(name: string, more: Partial<WorkloadSeen> = {}): WorkloadSeen {
  const bare = { kind: 'DaemonSet', namespace: 'observability', uid: name, generation: 1 } as const
  return { ...bare, name, resourceVersion: '1', labels: {}, annotations: {}, ...more }
}

function lists(daemonSets: WorkloadSeen[], deployments: WorkloadSeen[] = [], truncated = false) {
  return new Map([
    ['DaemonSet', { at: AT, seen: daemonSets, truncated: false }],
    ['Deployment', { at: AT, seen: deployments, truncated }],
  ] as const)
}

describe('workloadDtos', () => {
  it('tells pods wanted and ready, the image, the version and when it came, and null where it was not read', () => {
    const collector = seen('collector', {
      images: ['registry.example/collector:2.0', 'registry.example/side:1'],
      desiredNumberScheduled: 200,
      numberReady: 0,
      createdAt: AT - 60_000,
    })
    const api = seen('api', { kind: 'Deployment', labels: { 'app.kubernetes.io/version': '4.1' } })
    const { workloads, workloadsKnown } = wire.parse(
      workloadDtos({ workloads: lists([collector], [api], true), changes: [] }),
    )
    expect(workloads).toEqual([
      {
        kind: 'DaemonSet',
        namespace: 'observability',
        name: 'collector',
        version: null,
        image: 'registry.example/collector:2.0',
        desiredPods: 200,
        readyPods: 0,
        createdAt: '2024-12-11T23:29:00.000Z',
        changedAt: null,
      },
      expect.objectContaining({
        name: 'api',
        version: '4.1',
        image: null,
        desiredPods: null,
        readyPods: null,
      }),
    ])
    expect(workloadsKnown).toEqual({ total: 2, truncated: true })
  })

  it('has the newest change first, by its own word or by what was told of it', () => {
    const old = seen('old', { createdAt: AT - 9_000 })
    const changed = seen('changed', { createdAt: AT - 10_000, changedAt: AT - 2_000 })
    const told = seen('told', { createdAt: AT - 10_000 })
    const change: ChangeSeen = {
      clusterId: 'a',
      at: AT - 1_000,
      source: 'pipeline',
      kind: 'DaemonSet',
      namespace: 'observability',
      name: 'told',
      version: '7',
      created: false,
    }
    const { workloads } = workloadDtos({ workloads: lists([old, changed, told]), changes: [change] })
    expect(workloads.map(({ name, version }) => [name, version])).toEqual([
      ['told', '7'],
      ['changed', null],
      ['old', null],
    ])
  })

  it('is bounded, keeps the newest, and says how many there are', () => {
    const many = Array.from({ length: 450 }, (_, i) => seen(`w${i}`, { changedAt: AT + i }))
    const { workloads, workloadsKnown } = workloadDtos({ workloads: lists(many), changes: [] })
    expect(workloads).toHaveLength(300)
    expect(workloads[0]?.name).toBe('w449')
    expect(workloadsKnown).toEqual({ total: 450, truncated: false })
  })
})
