import type { DeclaredMachines } from '../action/ports'
import type { ClusterApiConfig } from '../fleet/cluster-api-schema'
import type { Cluster } from '../fleet/types'

/** A pair of API servers at a time: etcd's members stay odd. */
const API_SERVERS_STEP = 2

/** What holdfast.yaml declares under `clusterApi`, with management clusters found by a context of theirs. */
export function declaredMachines(
  declared: readonly ClusterApiConfig[],
  clusters: readonly Cluster[],
): DeclaredMachines[] {
  return declared.flatMap(({ cluster, management, namespace, controlPlane, workers }) => {
    const managementId = clusters.find(({ lanes }) =>
      lanes.some(({ source }) => source.context === management),
    )?.id
    if (managementId === undefined) return []
    const common = { cluster, managementId }
    const servers: DeclaredMachines[] = controlPlane
      ? [
          {
            ...common,
            target: { kind: 'KubeadmControlPlane', namespace, name: controlPlane.name },
            floor: 1,
            ceiling: controlPlane.ceiling,
            maxStep: API_SERVERS_STEP,
          },
        ]
      : []
    return [
      ...servers,
      ...workers.map(({ kind, name, ...limits }) => ({
        ...common,
        ...limits,
        target: { kind, namespace, name },
      })),
    ]
  })
}
