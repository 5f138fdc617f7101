import { sameJson } from '../api/patch'
import { POD_RATES } from '../model/constants'
import { controllerPace } from '../model/step-agents'
import { eligibleNodes } from '../objects/eligible-nodes'
import { asObject } from '../objects/json'
import type { JsonObject, KubeObject } from '../objects/types'
import { groupOf, type PodGroup } from '../objects/virtual-pods'
import type { SimulatedCluster } from './cluster'
import { REVISION_HASH, revisionHash, TEMPLATE_GENERATION } from './record-revision'
import { isHeavyCaller } from './telemetry'

/** Until a pod is stopped, made anew and ready. */
const REPLACE_SECONDS = 3

/** Pods of one DaemonSet: of its newest template, of the one before, and where none is wanted any more. */
export interface DaemonCounts {
  desired: number
  fresh: number
  stale: number
  misscheduled: number
}

/** A DaemonSet whose pods are not yet what its template wants. */
interface Move {
  synced: KubeObject
  previous: KubeObject
  fresh: number
  stale: number
  /** Nodes to be left; the last `leaving` of them still have their pod. */
  left: readonly number[]
  leaving: number
}

/**
 * How pods of DaemonSets follow their templates, at the pace of the controller manager. Only those that move are kept;
 * all others have a pod on each node that fits. The model counts the pods that call heavily: those are read from it.
 */
export class DaemonPods {
  readonly #moving = new Map<string, Move>()
  readonly #eligible = new WeakMap<JsonObject, { key: string; nodes: readonly number[] | undefined }>()

  readonly #hashes = new WeakMap<JsonObject, string>()

  constructor(private readonly cluster: SimulatedCluster) {}

  get isIdle(): boolean {
    return this.#moving.size === 0
  }

  forget(uid: string): void {
    this.#moving.delete(uid)
  }

  /** The controller manager has seen a template for the first time. */
  sync(before: KubeObject | undefined, after: KubeObject): void {
    const { uid } = after.metadata
    const was = before ? this.counts(before, before) : { desired: 0, fresh: 0, stale: 0, misscheduled: 0 }
    const had = before ? (this.eligible(before) ?? this.#allNodes()).slice(0, was.fresh + was.stale) : []
    const nodes = this.eligible(after)
    const wanted = nodes && new Set(nodes)
    const old = this.#moving.get(uid)
    const left = [...(old ? old.left.slice(old.left.length - Math.ceil(old.leaving)) : [])]
    if (wanted) left.push(...had.filter(node => !wanted.has(node)))
    const kept = wanted ? had.filter(node => wanted.has(node)).length : had.length
    const replaces = before !== undefined && !sameJson(templateOf(before), templateOf(after))
    const stale = replaces ? kept : Math.min(was.stale, kept)
    const previous = replaces ? before : (old?.previous ?? after)
    const fresh = before ? kept - stale : this.#adopt(after)
    const move: Move = { synced: after, previous, fresh, stale, left, leaving: left.length }
    if (this.#isDone(move)) this.#moving.delete(uid)
    else this.#moving.set(uid, move)
  }

  /** Pods that somebody deletes by their labels; those wanted come again. */
  deletePods(set: KubeObject): void {
    const synced = this.cluster.controllers.acted(set)
    if (!synced) return
    this.cluster.controllers.wake()
    const none = { fresh: 0, stale: 0, left: [], leaving: 0 }
    this.#moving.set(set.metadata.uid, { synced, previous: synced, ...none })
  }

  /** One second of a controller manager that lives. */
  tick(): void {
    for (const [uid, move] of this.#moving) {
      this.#advance(uid, move)
      if (this.#isDone(move)) this.#moving.delete(uid)
    }
  }

  #advance(uid: string, move: Move): void {
    const { model, coupling } = this.cluster
    const pace = controllerPace(model)
    const desired = this.#size(move.synced)
    const agents = coupling.agentsOf(uid)
    const created = POD_RATES.create * pace
    const replaced = Math.min(move.stale, replacedPerSecond(move.synced, desired) * pace)
    if (agents === undefined) {
      move.leaving = Math.max(0, move.leaving - POD_RATES.collect * pace)
      move.stale = Math.min(desired, move.stale - replaced)
      move.fresh = Math.min(desired - move.stale, move.fresh + replaced + created)
    } else if (!isHeavyCaller(move.synced)) {
      // Rolled back: the model stops the agents, and what replaces them is counted here.
      move.stale = Math.min(agents, desired)
      move.fresh = Math.min(desired - move.stale, move.fresh + created)
      move.leaving = 0
    } else {
      const isNew = !isHeavyCaller(move.previous)
      move.stale = isNew ? Math.min(move.stale, Math.max(0, desired - agents)) : move.stale - replaced
      move.fresh = Math.min(agents, desired)
      move.leaving = 0
    }
  }

  #isDone(move: Move): boolean {
    return move.stale < 1 && move.leaving < 1 && move.fresh >= this.#size(move.synced)
  }

  /** `acted` is the version that the controller manager has acted on. */
  counts(set: KubeObject, acted = this.cluster.controllers.acted(set)): DaemonCounts {
    const { uid } = set.metadata
    const agents = this.cluster.coupling.agentsOf(uid)
    if (!acted) return { desired: 0, fresh: agents ?? 0, stale: 0, misscheduled: 0 }
    const desired = this.#size(acted)
    const move = this.#moving.get(uid)
    const stale = Math.min(desired, Math.ceil(move?.stale ?? 0))
    if (agents === undefined) {
      if (!move) return { desired, fresh: desired, stale: 0, misscheduled: 0 }
      const fresh = Math.min(desired - stale, Math.floor(move.fresh))
      return { desired, fresh, stale, misscheduled: Math.ceil(move.leaving) }
    }
    const on = Math.min(agents, desired)
    const misscheduled = agents - on
    if (!isHeavyCaller(acted)) {
      const fresh = Math.min(desired - on, Math.floor(move?.fresh ?? desired))
      return { desired, fresh, stale: on, misscheduled }
    }
    if (move && !isHeavyCaller(move.previous))
      return { desired, fresh: on, stale: Math.min(stale, desired - on), misscheduled }
    return { desired, fresh: on - Math.min(stale, on), stale: Math.min(stale, on), misscheduled }
  }

  podsOf(set: KubeObject): number {
    const { fresh, stale, misscheduled } = this.counts(set)
    return fresh + stale + misscheduled
  }

  groups(set: KubeObject): PodGroup[] {
    const acted = this.cluster.controllers.acted(set) ?? set
    const { fresh, stale, misscheduled } = this.counts(set)
    const previous = this.#moving.get(set.metadata.uid)?.previous ?? acted
    const nodes = this.eligible(acted)
    const left = this.#leftNodes(acted, misscheduled)
    return [
      { of: previous, shape: { count: stale, nodes, from: 0 } },
      { of: acted, shape: { count: fresh, nodes, from: stale } },
      { of: previous, shape: { count: misscheduled, nodes: left, from: 0 } },
    ]
      .filter(({ shape }) => shape.count > 0)
      .map(({ of, shape }) => groupFrom(of, shape, this.#hashOf(of)))
  }

  /** The label by which pods of one template are told from those of another. */
  #hashOf(set: KubeObject): string | undefined {
    const template = templateOf(set)
    const hash = this.#hashes.get(template) ?? revisionHash(this.cluster.store, set)
    if (hash !== undefined) this.#hashes.set(template, hash)
    return hash
  }

  /** Nodes that a DaemonSet may run on; undefined = every node. */
  eligible(set: KubeObject): readonly number[] | undefined {
    if (set.metadata.deletionTimestamp) return []
    const template = templateOf(set)
    const known = this.#eligible.get(template)
    if (known && known.nodes === undefined) return undefined
    const source = this.cluster.nodeSource()
    const key = `${source.nodes}/${source.changes.writes}`
    if (known?.key === key) return known.nodes
    const nodes = eligibleNodes(source, asObject(template.spec))
    this.#eligible.set(template, { key, nodes })
    return nodes
  }

  #size(set: KubeObject): number {
    return this.eligible(set)?.length ?? Math.round(this.cluster.model.nodes)
  }

  #allNodes(): number[] {
    return Array.from({ length: Math.round(this.cluster.model.nodes) }, (_, i) => i)
  }

  #leftNodes(set: KubeObject, count: number): readonly number[] {
    if (count === 0) return []
    const move = this.#moving.get(set.metadata.uid)
    if (move && move.leaving >= 1) return move.left.slice(-count)
    const wanted = new Set(this.eligible(set))
    return this.#allNodes()
      .filter(node => !wanted.has(node))
      .slice(-count)
  }

  /** A new DaemonSet takes over the pods that one of its name has left behind. */
  #adopt({ metadata }: KubeObject): number {
    const { cluster } = this
    const own = cluster.orphans.filter(
      ({ namespace, prefix }) => namespace === metadata.namespace && prefix === metadata.name,
    )
    cluster.orphans = cluster.orphans.filter(group => !own.includes(group))
    return own.reduce((sum, { count }) => sum + count, 0)
  }
}

/** The set's own object, so that what is derived from it may be kept by it. */
function templateOf(set: KubeObject): JsonObject {
  return asObject(asObject(set.spec).template)
}

function groupFrom(
  set: KubeObject,
  shape: Pick<PodGroup, 'count' | 'nodes' | 'from'>,
  hash: string | undefined,
): PodGroup {
  const { name, creationTimestamp, annotations } = set.metadata
  const generation = annotations?.[TEMPLATE_GENERATION] ?? '1'
  return groupOf(set, {
    ...shape,
    prefix: name,
    perNode: true,
    salt: generation === '1' ? '' : generation,
    ...(hash === undefined ? {} : { extraLabels: { [REVISION_HASH]: hash } }),
    createdAt: Date.parse(creationTimestamp),
  })
}

/** By the update strategy, and no faster than the controller manager deletes. */
function replacedPerSecond(set: KubeObject, desired: number): number {
  const { type, rollingUpdate } = asObject(asObject(set.spec).updateStrategy)
  if (type === 'OnDelete') return 0
  const { maxUnavailable = 1 } = asObject(rollingUpdate)
  const share = typeof maxUnavailable === 'string' ? Number.parseFloat(maxUnavailable) / 100 : undefined
  const atOnce = share === undefined ? Number(maxUnavailable) : Math.ceil(share * desired)
  return Math.min(POD_RATES.collect, Math.max(1, atOnce || 1) / REPLACE_SECONDS)
}
