import type { Clock } from '../clock/clock'
import type { ClusterClient } from '../kube/types'
import type { LookTarget, Observed } from './effect-terms'
import { lookAtMachines, lookAtMute, lookAtObjects, lookAtPods, lookAtWorkload } from './look-at-effect'
import { mapConcurrently } from './map-concurrently'
import type { TargetSource } from './ports'
import { asRecord } from './saved-object'
import { READ_BACK } from './step-kinds'
import type { ShotRow } from './store'
import type { CallerTarget } from './types'

/** Only while an action runs, at most every ten seconds a cluster, half as often where it does not answer. */
const EVERY_MS = 10_000
const EVERY_UNANSWERED_MS = 20_000
/** A rejection is in force within 60 ms on a calm server (measured on kube-apiserver 1.20.2). */
const EVERY_MUTE_MS = 2_000
const CONCURRENCY = 24

/** Looks what became of landed writes, at a bounded rate; remembers the newest answers. */
export function createEffectObserver(clock: Clock, client: ClusterClient, source: TargetSource) {
  const seen = new Map<string, Observed>()
  const dueAt = new Map<string, number>()
  const keyOf = (target: Pick<LookTarget, 'actionId' | 'clusterId'>) =>
    `${target.actionId}/${target.clusterId}`

  async function look(target: LookTarget): Promise<void> {
    const facts = source.cluster(target.clusterId)
    if (!facts) return
    const key = keyOf(target)
    const last = seen.get(key)
    const deps = { clock, client, facts }
    const told = await lookFor(deps, target, last)
    const every = target.what === 'mute' ? EVERY_MUTE_MS : EVERY_MS
    dueAt.set(key, clock.now() + (told ? every : EVERY_UNANSWERED_MS))
    if (!told) return
    const inEffect = new Set([...(last?.inEffect ?? []), ...(told.inEffect ?? [])])
    seen.set(key, { ...last, ...told, inEffect })
  }

  return {
    observed: (actionId: string, clusterId: string): Observed | undefined =>
      seen.get(keyOf({ actionId, clusterId })),
    /** Looks at those that are due. @returns how many were */
    async lookAt(targets: readonly LookTarget[]): Promise<number> {
      const due = targets.filter(target => (dueAt.get(keyOf(target)) ?? 0) <= clock.now())
      await mapConcurrently(due, CONCURRENCY, look)
      return due.length
    },
    forget(actionId: string): void {
      for (const memory of [seen, dueAt])
        for (const key of memory.keys()) if (key.startsWith(`${actionId}/`)) memory.delete(key)
    },
  }
}

function lookFor(
  deps: Parameters<typeof lookAtPods>[0],
  target: LookTarget,
  last: Observed | undefined,
): Promise<Observed | undefined> {
  switch (target.what) {
    case 'pods':
      return lookAtPods(deps, target, last)
    case 'workload':
      return lookAtWorkload(deps, target)
    case 'machines':
      return lookAtMachines(deps, target.path)
    case 'objects':
      return lookAtObjects(deps, target)
    case 'mute':
      return lookAtMute(deps, target.path, target.caller)
  }
}

/**
 * What to look for on a cluster once its writes have landed: pods that shall go, a workload that shall change, a
 * caller that shall be rejected.
 * @param shots of one action on one cluster
 * @param planned pods it had by plan
 */
export function lookTargetOf(shots: readonly ShotRow[], planned: number | undefined): LookTarget | undefined {
  const [first] = shots
  if (!first) return undefined
  const about = { actionId: first.actionId, clusterId: first.clusterId }
  const landed = (kind: ShotRow['stepKind']) =>
    shots.find(shot => shot.stepKind === kind && shot.landedAt !== undefined)
  const pods = shots.find(shot => shot.stepKind === 'delete-pods' && shot.doneAt === undefined)
  if (pods && landed('delete-workload')) {
    const match = /^\/api\/v1\/namespaces\/([^/]+)\/pods\?(.*)$/.exec(pods.write.path)
    const selector = match && new URLSearchParams(match[2]).get('labelSelector')
    if (!match?.[1] || !selector) return undefined
    return { ...about, what: 'pods', namespace: decodeURIComponent(match[1]), selector, planned }
  }
  const change = landed('change-workload') ?? shots.findLast(isGrown)
  if (change && isUnsettled(change))
    return {
      ...about,
      what: 'workload',
      path: change.write.path.replace(/\/scale$/, ''),
      newPods: changedPaths(change.write.body).includes('/spec/template'),
    }
  const machines = landed('scale-machines')
  if (machines && isUnsettled(machines))
    return { ...about, what: 'machines', path: machines.write.path.replace(/\/scale$/, '') }
  const written = shots.filter(
    shot => READ_BACK.has(shot.stepKind) && shot.landedAt !== undefined && shot.doneAt === undefined,
  )
  if (written.length > 0) {
    const writes = written.map(({ id, write }) => ({ shotId: id, path: write.path, body: write.body }))
    return { ...about, what: 'objects', writes }
  }
  const schema = landed('create-schema')
  const caller = schema && isUnsettled(schema) ? mutedBy(schema.write.body) : undefined
  if (!schema || !caller) return undefined
  const name = String(asRecord(asRecord(schema.write.body).metadata).name)
  return { ...about, what: 'mute', path: `${schema.write.path}/${name}`, caller }
}

/** What a JSON patch changes. */
function changedPaths(patch: unknown): unknown[] {
  const operations = Array.isArray(patch) ? patch.map(asRecord) : []
  return operations.filter(({ op }) => op !== 'test').map(({ path }) => path)
}

const isGrown = (shot: ShotRow) => shot.stepKind === 'admit-replicas' && shot.landedAt !== undefined

const isUnsettled = (shot: ShotRow) => shot.doneAt === undefined || shot.state === 'landed'

/** The caller that a FlowSchema of ours names. */
function mutedBy(schema: unknown): CallerTarget | undefined {
  const rules = asRecord(asRecord(schema).spec).rules
  const subjects = Array.isArray(rules) ? asRecord(rules[0]).subjects : undefined
  const subject = Array.isArray(subjects) ? asRecord(subjects[0]) : {}
  const { namespace, name } = asRecord(subject.serviceAccount)
  if (subject.kind === 'ServiceAccount')
    return { kind: 'ServiceAccount', namespace: String(namespace), name: String(name) }
  if (subject.kind === 'User') return { kind: 'User', name: String(asRecord(subject.user).name) }
  if (subject.kind === 'Group') return { kind: 'Group', name: String(asRecord(subject.group).name) }
  return undefined
}
