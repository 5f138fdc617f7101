import { sameJson } from '../api/patch'
import { POD_RATES } from '../model/constants'
import { controllerPace } from '../model/step-agents'
import { asObject } from '../objects/json'
import type { KubeObject } from '../objects/types'
import type { SimulatedCluster } from './cluster'

/** Pods a second of a StatefulSet that starts and stops them one after the other. */
const ONE_BY_ONE = 0.5

/** Pods of the newest template and of the one before. */
interface Move {
  synced: KubeObject
  fresh: number
  stale: number
}

/** How pods of ReplicaSets and StatefulSets follow their number, at the pace of the controller manager. */
export class ReplicaPods {
  readonly #moving = new Map<string, Move>()

  constructor(private readonly cluster: SimulatedCluster) {}

  get isIdle(): boolean {
    return this.#moving.size === 0
  }

  forget(uid: string): void {
    this.#moving.delete(uid)
  }

  /** The controller manager has seen another number or template. */
  sync(before: KubeObject | undefined, after: KubeObject): void {
    const { fresh, stale } = before ? this.counts(before, before) : { fresh: 0, stale: 0 }
    const replaces =
      before !== undefined &&
      after.kind === 'StatefulSet' &&
      !sameJson(asObject(before.spec).template, asObject(after.spec).template)
    const pods = replaces ? { fresh: 0, stale: fresh + stale } : { fresh, stale }
    const move = { synced: after, ...pods }
    if (isDone(move)) this.#moving.delete(after.metadata.uid)
    else this.#moving.set(after.metadata.uid, move)
  }

  /** One second of a controller manager that lives. */
  tick(): void {
    const pace = controllerPace(this.cluster.model)
    for (const [uid, move] of this.#moving) {
      const wanted = wantedOf(move.synced)
      const rate = ratePerSecond(move.synced) * pace
      const replaced = Math.min(move.stale, rate)
      const surplus = Math.min(rate, Math.max(0, move.fresh + move.stale - wanted))
      const fromStale = Math.min(surplus, move.stale)
      if (surplus > 0) {
        move.stale -= fromStale
        move.fresh -= surplus - fromStale
      } else {
        move.stale -= replaced
        move.fresh = Math.min(wanted - move.stale, move.fresh + Math.max(replaced, rate))
      }
      if (isDone(move)) this.#moving.delete(uid)
    }
  }

  /** `acted` is the version that the controller manager has acted on. */
  counts(set: KubeObject, acted = this.cluster.controllers.acted(set)): { fresh: number; stale: number } {
    if (!acted) return { fresh: 0, stale: 0 }
    const move = this.#moving.get(set.metadata.uid)
    if (!move) return { fresh: wantedOf(acted), stale: 0 }
    return { fresh: Math.round(move.fresh), stale: Math.round(move.stale) }
  }

  podsOf(set: KubeObject): number {
    const { fresh, stale } = this.counts(set)
    return fresh + stale
  }
}

export function replicasOf(object: KubeObject): number {
  const { replicas } = asObject(object.spec)
  return typeof replicas === 'number' ? replicas : 1
}

/** What is deleted in the foreground wants no pods. */
function wantedOf(object: KubeObject): number {
  return object.metadata.deletionTimestamp ? 0 : replicasOf(object)
}

function isDone({ synced, fresh, stale }: Move): boolean {
  return stale < 0.5 && Math.abs(fresh + stale - wantedOf(synced)) < 0.5
}

function ratePerSecond({ kind, spec }: KubeObject): number {
  const orderly = kind === 'StatefulSet' && asObject(spec).podManagementPolicy !== 'Parallel'
  return orderly ? ONE_BY_ONE : POD_RATES.create
}
