import { findGitOpsOwner } from '../find-gitops-owner'
import type { ClusterFacts, DeclaredMachines, TargetSource } from '../ports'
import { targetText } from '../target-text'
import type { ScaleApiServers, ScaleCluster } from '../types'
import { objectStep } from './change-step'
import { type CustomResource, findObject } from './find-object'
import type { KindPlanner, Resolved } from './kind-planner'
import type { Look } from './look'

type Target = (ScaleCluster | ScaleApiServers)['target']

const VERSIONS = ['v1beta2', 'v1beta1'] as const
const RESOURCE: Record<Target['kind'], CustomResource> = {
  MachineDeployment: { group: 'cluster.x-k8s.io', versions: VERSIONS, plural: 'machinedeployments' },
  MachinePool: { group: 'cluster.x-k8s.io', versions: VERSIONS, plural: 'machinepools' },
  KubeadmControlPlane: {
    group: 'controlplane.cluster.x-k8s.io',
    versions: VERSIONS,
    plural: 'kubeadmcontrolplanes',
  },
}

/** Worker machines of one cluster, by the scale of the object that makes them. */
export const scaleCluster: KindPlanner<ScaleCluster> = {
  tier: 2,
  title: ({ target }) => `Scale nodes ${target.name}`,
  carriers: carriersOf,
  resolve: (look, { target, replicas }) =>
    resolve(look, target, replicas, [
      'Cluster API drains and deletes machines over minutes; which ones go is its choice (deletePolicy).',
    ]),
  undoStatement: () => 'Undo scales it back to the machines that it had; they are new ones.',
}

/** More API servers take the load apart; each is a new member of etcd. */
export const scaleApiServers: KindPlanner<ScaleApiServers> = {
  tier: 1,
  title: ({ target }) => `Scale API servers ${target.name}`,
  carriers: carriersOf,
  resolve: (look, { target, replicas }) =>
    resolve(look, target, replicas, [
      'A new API server lists everything from etcd before it is ready, and its caches are cold.',
    ]),
  undoStatement: () => 'Undo scales it back, one member of etcd after the other.',
}

function carriersOf(source: TargetSource, { target }: { target: Target }): ClusterFacts[] {
  return declared(source, target).flatMap(({ managementId }) => source.cluster(managementId) ?? [])
}

function declared(source: TargetSource, target: Target): DeclaredMachines[] {
  return (source.machines?.() ?? []).filter(one => targetText(one.target) === targetText(target))
}

async function resolve(
  look: Look,
  target: Target,
  replicas: number,
  notes: string[],
): Promise<Resolved | { leftOut: string }> {
  const allowed = declared(look.source, target).find(
    ({ managementId }) => managementId === look.facts.cluster.id,
  )
  if (!allowed) return { leftOut: 'it is not declared there: add it to `clusterApi` in holdfast.yaml' }
  const found = await findObject(look, RESOURCE[target.kind], target)
  if ('leftOut' in found) return found
  const from = found.spec.replicas
  if (typeof from !== 'number')
    return { leftOut: 'it tells no replicas: something else, an autoscaler perhaps, sets them' }
  if (from === replicas) return { leftOut: `it has ${replicas} replicas already` }
  const where = `${targetText(target)} of ${allowed.cluster}`
  const step = objectStep(
    'scale-machines',
    found,
    { path: '/spec/replicas', from, to: replicas },
    {
      text: `Scale ${where} from ${from} to ${replicas} machines`,
      undoText: `Scale ${where} back from ${replicas} to ${from} machines`,
    },
    '/scale',
  )
  const { floor, ceiling, maxStep } = allowed
  return {
    steps: [step],
    notes,
    gitOps: findGitOpsOwner(found.labels, found.annotations),
    limits: { from, to: replicas, floor, ceiling, maxStep },
    seenAt: found.seenAt,
  }
}
