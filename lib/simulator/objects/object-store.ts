import { resourceById } from './resource-table'
import type { JsonObject, KubeObject, ObjectMeta, ResourceType } from './types'

/** An object to be stored; what the server itself fills in may be left out. */
export type NewObject = JsonObject & { metadata: Partial<ObjectMeta> & { name: string } }

export interface ObjectChange {
  type: ResourceType
  before?: KubeObject
  after?: KubeObject
}

const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`

/**
 * The objects of one cluster. Objects are immutable, so that their JSON may be kept; resource versions only grow, with
 * time as well as with writes, because the nodes of a real cluster write all the time.
 */
export class ObjectStore {
  readonly #objects = new Map<string, Map<string, KubeObject>>()
  readonly #sorted = new Map<string, KubeObject[]>()
  readonly #revisionOf = new Map<string, number>()
  readonly #listeners: ((change: ObjectChange) => void)[] = []
  #writes = 0

  constructor(
    private readonly random: () => number,
    /** Epoch ms of simulated time. */
    readonly now: () => number,
    private readonly baseRevision: number,
    private readonly startAt: number,
  ) {}

  /** Told of every change after it has happened. */
  onChange(listener: (change: ObjectChange) => void): void {
    this.#listeners.push(listener)
  }

  /** The cluster's newest resource version: about two writes a second besides ours. */
  revision(): number {
    return this.baseRevision + this.#writes + Math.max(0, Math.floor((this.now() - this.startAt) / 500))
  }

  /** Counts the changes of one resource; lets derived data be kept until it is stale. */
  changesOf(typeId: string): number {
    return this.#revisionOf.get(typeId) ?? 0
  }

  get(typeId: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(typeId)?.get(keyOf(namespace, name))
  }

  /** Sorted by namespace and name, as etcd keys are. */
  list(typeId: string, namespace?: string): readonly KubeObject[] {
    let all = this.#sorted.get(typeId)
    if (!all) {
      const keyed = [...(this.#objects.get(typeId) ?? [])]
      all = keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
      this.#sorted.set(typeId, all)
    }
    return namespace === undefined ? all : all.filter(object => object.metadata.namespace === namespace)
  }

  count(typeId: string): number {
    return this.#objects.get(typeId)?.size ?? 0
  }

  newUid(): string {
    const hex = (digits: number) =>
      Math.floor(this.random() * 16 ** digits)
        .toString(16)
        .padStart(digits, '0')
    return `${hex(8)}-${hex(4)}-4${hex(3)}-${((this.random() * 4) | 8).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`
  }

  /** What `create` would store, for dry runs too. */
  prepare(type: ResourceType, apiVersion: string, object: NewObject, createdAt = this.now()): KubeObject {
    const { name, namespace, labels, annotations, ...rest } = object.metadata
    const metadata: ObjectMeta = {
      name,
      ...(type.namespaced ? { namespace } : {}),
      uid: this.newUid(),
      resourceVersion: String(this.revision() + 1),
      ...(type.hasGeneration ? { generation: 1 } : {}),
      creationTimestamp: rfc3339(createdAt),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(rest.finalizers ? { finalizers: rest.finalizers } : {}),
      ...(rest.ownerReferences ? { ownerReferences: rest.ownerReferences } : {}),
    }
    const { kind: _kind, apiVersion: _apiVersion, metadata: _metadata, ...content } = object
    return { kind: type.kind, apiVersion, metadata, ...content }
  }

  /** Stores a prepared object under its name. */
  put(type: ResourceType, object: KubeObject): KubeObject {
    const key = keyOf(object.metadata.namespace, object.metadata.name)
    const all = this.#objects.get(type.id) ?? new Map<string, KubeObject>()
    this.#objects.set(type.id, all)
    const before = all.get(key)
    all.set(key, object)
    this.#changed({ type, before, after: object })
    return object
  }

  create(typeId: string, apiVersion: string, object: NewObject, createdAt?: number): KubeObject {
    const type = resourceById(typeId)
    return this.put(type, this.prepare(type, apiVersion, object, createdAt))
  }

  remove(typeId: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const all = this.#objects.get(typeId)
    const before = all?.get(keyOf(namespace, name))
    if (!all || !before) return undefined
    all.delete(keyOf(namespace, name))
    this.#changed({ type: resourceById(typeId), before })
    return before
  }

  #changed(change: ObjectChange): void {
    this.#writes++
    this.#sorted.delete(change.type.id)
    this.#revisionOf.set(change.type.id, this.changesOf(change.type.id) + 1)
    for (const listener of this.#listeners) listener(change)
  }
}

/** Times in API objects have whole seconds. */
export function rfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}
