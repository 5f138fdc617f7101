import type { WorkloadSeen } from '../probe/types'
import type { ChangeSeen } from './types'

/** One look at the workloads of one kind on one cluster. */
export interface InventoryLook {
  clusterId: string
  /** Epoch ms of this look. */
  at: number
  /** What the look before showed; undefined = there was none. */
  before?: readonly WorkloadSeen[]
  after: readonly WorkloadSeen[]
}

/** Annotations that grow with the pod template only, not with the number of replicas. */
const TEMPLATE_REVISIONS = ['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation']
/** Creation and first write of an object are this close. */
const SAME_WRITE_MS = 5_000

/**
 * What changed between two looks: new workloads, and those with another pod template. A first look reports every
 * workload with the time of its own newest change, so that what was rolled out before the watch began is known too.
 * Removals are no changes here, and a changed number of replicas is none where the template's revision is told.
 */
export function detectChanges({ clusterId, at, before, after }: InventoryLook): ChangeSeen[] {
  const known = new Map(before?.map(workload => [keyOf(workload), workload]))
  return after.flatMap(workload => {
    const old = known.get(keyOf(workload))
    if (old && old.uid === workload.uid && templateOf(old) === templateOf(workload)) return []
    const changeAt = old ? changeTime(old, workload, at) : (ownTime(workload, at) ?? (before && at))
    if (changeAt === undefined) return []
    return toChange(clusterId, workload, changeAt, !old && isFirstVersion(workload))
  })
}

function keyOf({ namespace, name }: WorkloadSeen): string {
  return `${namespace}/${name}`
}

function templateOf({ annotations, generation, images }: WorkloadSeen): string {
  const revision = TEMPLATE_REVISIONS.map(name => annotations[name]).find(value => value !== undefined)
  return `${revision ?? generation}|${images?.join() ?? ''}`
}

/** A cluster's clock may run ahead of ours: nothing that is seen happened later than it is seen. */
function ownTime({ changedAt, createdAt }: WorkloadSeen, at: number): number | undefined {
  const time = changedAt ?? createdAt
  return time === undefined ? undefined : Math.min(time, at)
}

/** The object's own word when it has moved since; else the instant of the look, the first that showed it. */
function changeTime(old: WorkloadSeen, workload: WorkloadSeen, at: number): number {
  const told = workload.uid === old.uid ? workload.changedAt : (workload.changedAt ?? workload.createdAt)
  return told !== undefined && told > (old.changedAt ?? old.createdAt ?? 0) ? Math.min(told, at) : at
}

function isFirstVersion({ changedAt, createdAt, generation }: WorkloadSeen): boolean {
  if (generation > 1) return false
  return createdAt === undefined || changedAt === undefined || changedAt - createdAt < SAME_WRITE_MS
}

function toChange(clusterId: string, workload: WorkloadSeen, at: number, created: boolean): ChangeSeen {
  return {
    clusterId,
    at,
    source: 'inventory',
    kind: workload.kind,
    namespace: workload.namespace,
    name: workload.name,
    version: versionOf(workload),
    created,
    uid: workload.uid,
    serviceAccount: workload.serviceAccountName,
    desiredPods: workload.desiredNumberScheduled,
  }
}

/** Tag of the first image, or the start of its digest, or the version label. */
function versionOf({ images, labels }: WorkloadSeen): string | undefined {
  const image = images?.[0]
  if (image === undefined) return labels['app.kubernetes.io/version']
  const [name = '', digest] = image.split('@')
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1]
  return tag || digest?.replace(/^sha256:/, '').slice(0, 12) || labels['app.kubernetes.io/version']
}
