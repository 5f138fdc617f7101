import { describe, expect, it } from 'vitest'
import { clusterApiSchema } from '../fleet/cluster-api-schema'
import { testCluster } from '../fleet/test-cluster'
import { declaredMachines } from './declared-machines'

const lane = { ...testCluster('x').lanes[0], id: 'ordinary', kind: 'ordinary' as const }
const management = {
  ...testCluster('mgmt-eu'),
  lanes: [
    {
      ...lane,
      title: 'x',
      endpoint: { server: 'https://x', insecureSkipTlsVerify: false },
      user: {},
      source: { file: 'f', context: 'mgmt' },
    },
  ],
}
const declared = (over: Record<string, unknown> = {}) =>
  clusterApiSchema.parse({
    cluster: 'Frankfurt 1',
    management: 'mgmt',
    namespace: 'clusters',
    controlPlane: { name: 'eu-1' },
    workers: [{ name: 'eu-1-workers', floor: 10, ceiling: 50 }],
    ...over,
  })

describe('declared machines', () => {
  it('live on the cluster that has the context, within their limits', () => {
    const [servers, workers, ...rest] = declaredMachines([declared()], [testCluster('other'), management])
    expect(rest).toEqual([])
    expect(servers).toEqual({
      cluster: 'Frankfurt 1',
      managementId: 'mgmt-eu',
      target: { kind: 'KubeadmControlPlane', namespace: 'clusters', name: 'eu-1' },
      floor: 1,
      ceiling: 5,
      maxStep: 2,
    })
    expect(workers).toMatchObject({
      target: { kind: 'MachineDeployment', namespace: 'clusters', name: 'eu-1-workers' },
      floor: 10,
      ceiling: 50,
      maxStep: 10,
    })
  })

  it('are none where the management cluster is not of the fleet', () => {
    expect(declaredMachines([declared({ management: 'gone' })], [management])).toEqual([])
  })

  it('cannot have a floor above the ceiling, or none', () => {
    for (const limits of [{ floor: 9, ceiling: 3 }, { floor: 0 }])
      expect(() => declared({ workers: [{ name: 'w', ...limits }] })).toThrow()
  })
})
