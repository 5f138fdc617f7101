import type { ActPart } from '../../fleet/play-schema'
import { mayActOn } from '../kinds/run-actuator'
import type { ActuatorTarget } from '../types'
import { filterText, matchClusters } from './match-clusters'
import type { Aim } from './resolve-part'
import type { PlayCluster, PlayFacts } from './types'

type Purpose = Extract<ActPart['target'], { actuatorFor: unknown }>['actuatorFor']

/** The first declared actuator of that purpose that may act on clusters that the part means. */
export function aimAtActuator(purpose: Purpose, part: ActPart, facts: PlayFacts): Aim | { why: string } {
  const meant = part.on ? matchClusters(part.on, facts.clusters) : facts.clusters
  for (const actuator of facts.actuators) {
    const clusterIds = meant.filter(cluster => mayActOn(actuator, cluster.names)).map(({ id }) => id)
    if (actuator.purpose !== purpose || clusterIds.length === 0) continue
    const takes = Object.keys(actuator.input)
    if (takes.length > 0 && part.with.input === undefined) {
      return {
        why: `only a person knows what to give the actuator ${actuator.name} (${takes.join(', ')}): plan it by hand`,
      }
    }
    const target: ActuatorTarget = { kind: 'Actuator', name: actuator.name }
    return { target, clusterIds }
  }
  return { why: `holdfast.yaml declares no actuator to ${purpose.replace(/-/g, ' ')} on those clusters` }
}

/**
 * The control plane of the largest cluster that the part means, of those that Cluster API makes, to its declared
 * ceiling: one at a time, since each new API server lists everything from etcd before it helps.
 */
export function aimAtControlPlane(part: ActPart, facts: PlayFacts): Aim | { why: string } {
  const meant = part.on ? matchClusters(part.on, facts.clusters) : facts.clusters
  const byName = new Map<string, PlayCluster>(
    meant.flatMap(one => one.names.map(name => [name, one] as const)),
  )
  const known = facts.machines
    .flatMap(machines => {
      const made = byName.get(machines.cluster)
      return machines.target.kind === 'KubeadmControlPlane' && made ? [{ machines, made }] : []
    })
    .sort((a, b) => b.made.nodes - a.made.nodes)
  const [first] = known
  if (!first) {
    const which = part.on ? ` that is ${filterText(part.on)}` : ''
    return { why: `holdfast.yaml declares no control plane of a cluster${which}` }
  }
  const { ceiling, target, managementId } = first.machines
  return {
    target,
    clusterIds: [managementId],
    // An even number of etcd's members gains nothing.
    with: { replicas: ceiling % 2 === 0 ? ceiling - 1 : ceiling },
  }
}
