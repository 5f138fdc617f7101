import { findGitOpsOwner } from '../action/find-gitops-owner'
import type { PlayFacts } from '../action/plays/types'
import type { WorkloadTarget } from '../action/types'
import { declaredActuators } from './declared-actuators'
import { declaredMachines } from './declared-machines'
import type { World } from './world'

/** What plays are judged by: what is known of the fleet at `now`, without asking it anything. */
export function playFacts({ watch, config, fleet }: World, now: number): PlayFacts {
  const { suspects } = watch.suspects
  const [first] = suspects
  return {
    incident: watch.incident?.title ?? null,
    clusters: [...watch.records.values()].map(({ cluster, nodes = 0, verdict }) => ({
      id: cluster.id,
      names: [...new Set([cluster.name, ...cluster.lanes.map(({ source }) => source.context)])],
      nodes,
      state: verdict.state,
      cause: verdict.cause,
      dataPlane: watch.fuses.fuse(cluster.id, now)?.state ?? 'Unknown',
    })),
    suspect: first && {
      kind: first.kind,
      namespace: first.namespace,
      name: first.name,
      serviceAccount: first.serviceAccount,
      clusterIds: first.rollout.reachedClusterIds,
    },
    ownerOf: workload => ownerOf(watch, workload),
    machines: declaredMachines(config.clusterApi, fleet.clusters),
    actuators: declaredActuators(config.actuators),
  }
}

/** By the marks of the first copy of it that has any; a fleet is rolled out to by one owner of one name. */
function ownerOf({ records }: World['watch'], { kind, namespace, name }: WorkloadTarget) {
  for (const record of records.values()) {
    const seen = record.workloads
      .get(kind)
      ?.seen.find(one => one.namespace === namespace && one.name === name)
    const owner = seen && findGitOpsOwner(seen.labels, seen.annotations)?.owner
    if (owner) return owner
  }
  return undefined
}
