import { sameJson } from '../api/patch'
import { asObject, asStringMap } from '../objects/json'
import type { ObjectStore } from '../objects/object-store'
import { resourceById } from '../objects/resource-table'
import { nameSuffix } from '../objects/stable-hash'
import type { JsonObject, KubeObject } from '../objects/types'
import { replicasOf } from './replica-pods'

const REVISIONS = 'controllerrevisions.apps'
const REPLICA_SETS = 'replicasets.apps'
const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
const TEMPLATE_HASH = 'pod-template-hash'
const HISTORY_LIMIT = 10
/** The server counts templates of a DaemonSet here. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
/** Label of a DaemonSet's revisions and of their pods. */
export const REVISION_HASH = 'controller-revision-hash'

/**
 * Keeps the template of a workload as a revision of its own, as kube-controller-manager does: a template that comes
 * back becomes the newest revision again (k8s.io/kubernetes/pkg/controller: daemon, history, deployment/sync).
 */
export function recordRevision(store: ObjectStore, owner: KubeObject, now: number): void {
  const template = asObject(asObject(owner.spec).template)
  if (owner.kind === 'Deployment') recordReplicaSet(store, owner, template, now)
  else recordControllerRevision(store, owner, template, now)
}

function recordControllerRevision(
  store: ObjectStore,
  owner: KubeObject,
  template: JsonObject,
  now: number,
): void {
  const owned = ownedBy(store, REVISIONS, owner)
  const newest = Math.max(0, ...owned.map(revisionOf))
  const data = dataOf(template)
  const known = owned.find(each => sameJson(each.data, data))
  if (known) {
    if (revisionOf(known) < newest) rewrite(store, known, { revision: newest + 1 })
    return
  }
  const hash = nameSuffix(JSON.stringify(template), 10)
  const hashLabel = owner.kind === 'DaemonSet' ? REVISION_HASH : 'controller.kubernetes.io/hash'
  const generation = owner.metadata.annotations?.[TEMPLATE_GENERATION]
  store.create(
    REVISIONS,
    'apps/v1',
    {
      metadata: {
        ...dependentMetadata(owner, `${owner.metadata.name}-${hash}`),
        labels: { ...asStringMap(asObject(template.metadata).labels), [hashLabel]: hash },
        ...(generation === undefined ? {} : { annotations: { [TEMPLATE_GENERATION]: generation } }),
      },
      data,
      revision: newest + 1,
    },
    now,
  )
  forgetOldest(store, REVISIONS, owner, owned, revisionOf)
}

/** A strategic merge patch, in which the template replaces that of the owner. */
const dataOf = (template: JsonObject) => ({ spec: { template: { ...template, $patch: 'replace' } } })

/** What tells the pods of a DaemonSet's template from others; undefined = the template is not recorded yet. */
export function revisionHash(store: ObjectStore, daemonSet: KubeObject): string | undefined {
  const data = dataOf(asObject(asObject(daemonSet.spec).template))
  const known = ownedBy(store, REVISIONS, daemonSet).find(each => sameJson(each.data, data))
  return known?.metadata.labels?.[REVISION_HASH]
}

function recordReplicaSet(store: ObjectStore, owner: KubeObject, template: JsonObject, now: number): void {
  const owned = ownedBy(store, REPLICA_SETS, owner)
  const newest = Math.max(0, ...owned.map(replicaSetRevision))
  const plain = withoutHash(template)
  const current = owned.find(each => sameJson(withoutHash(asObject(asObject(each.spec).template)), plain))
  for (const old of owned) if (old !== current) scaleReplicaSet(store, old, 0)
  if (current) {
    const isNewest = replicaSetRevision(current) === newest
    const known = isNewest ? current : withRevision(store, current, newest + 1)
    scaleReplicaSet(store, known, replicasOf(owner))
    tellRevision(store, owner, isNewest ? newest : newest + 1)
    return
  }
  const hash = nameSuffix(JSON.stringify(template), 10)
  const labels = { ...asStringMap(asObject(template.metadata).labels), [TEMPLATE_HASH]: hash }
  const { matchLabels } = asObject(asObject(owner.spec).selector)
  store.create(
    REPLICA_SETS,
    'apps/v1',
    {
      metadata: {
        ...dependentMetadata(owner, `${owner.metadata.name}-${hash}`),
        labels,
        annotations: { [REVISION]: String(newest + 1) },
      },
      spec: {
        replicas: replicasOf(owner),
        selector: { matchLabels: { ...asStringMap(matchLabels), [TEMPLATE_HASH]: hash } },
        template: { ...template, metadata: { ...asObject(template.metadata), labels } },
      },
    },
    now,
  )
  tellRevision(store, owner, newest + 1)
  const idle = owned.filter(each => replicasOf(each) === 0)
  forgetOldest(store, REPLICA_SETS, owner, idle, replicaSetRevision)
}

/** Of what the owner keeps besides its newest revision. */
function forgetOldest(
  store: ObjectStore,
  typeId: string,
  owner: KubeObject,
  old: readonly KubeObject[],
  number: (object: KubeObject) => number,
): void {
  const { revisionHistoryLimit } = asObject(owner.spec)
  const limit = typeof revisionHistoryLimit === 'number' ? revisionHistoryLimit : HISTORY_LIMIT
  const surplus = [...old].sort((a, b) => number(a) - number(b)).slice(0, Math.max(0, old.length - limit))
  for (const { metadata } of surplus) store.remove(typeId, metadata.namespace, metadata.name)
}

function scaleReplicaSet(store: ObjectStore, replicaSet: KubeObject, replicas: number): void {
  const { metadata, spec } = replicaSet
  if (replicasOf(replicaSet) === replicas) return
  const generation = (metadata.generation ?? 1) + 1
  rewrite(store, replicaSet, { spec: { ...asObject(spec), replicas } }, { generation })
}

function withRevision(store: ObjectStore, replicaSet: KubeObject, revision: number): KubeObject {
  const { annotations } = replicaSet.metadata
  const before = annotations?.[REVISION]
  const history = [annotations?.[REVISION_HISTORY], before].filter(Boolean).join(',')
  const told = { ...annotations, [REVISION]: String(revision), [REVISION_HISTORY]: history }
  return rewrite(store, replicaSet, {}, { annotations: told })
}

/** The Deployment carries the number of its newest revision. */
function tellRevision(store: ObjectStore, owner: KubeObject, revision: number): void {
  const { annotations } = owner.metadata
  if (annotations?.[REVISION] === String(revision)) return
  rewrite(store, owner, {}, { annotations: { ...annotations, [REVISION]: String(revision) } })
}

function rewrite(
  store: ObjectStore,
  object: KubeObject,
  change: JsonObject,
  metadata: Partial<KubeObject['metadata']> = {},
): KubeObject {
  const type = resourceById(`${object.kind.toLowerCase()}s.apps`)
  const resourceVersion = String(store.revision() + 1)
  return store.put(type, {
    ...object,
    ...change,
    metadata: { ...object.metadata, ...metadata, resourceVersion },
  })
}

const revisionOf = (object: KubeObject) => Number(object.revision) || 0
const replicaSetRevision = ({ metadata }: KubeObject) => Number(metadata.annotations?.[REVISION]) || 0

function withoutHash(template: JsonObject): JsonObject {
  const metadata = asObject(template.metadata)
  const { [TEMPLATE_HASH]: _hash, ...labels } = asObject(metadata.labels)
  return { ...template, metadata: { ...metadata, labels } }
}

export function ownedBy(store: ObjectStore, typeId: string, owner: KubeObject): KubeObject[] {
  const { namespace, uid } = owner.metadata
  return store
    .list(typeId, namespace)
    .filter(each => each.metadata.ownerReferences?.some(reference => reference.uid === uid))
}

function dependentMetadata(owner: KubeObject, name: string) {
  const { apiVersion, kind, metadata } = owner
  const reference = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
  return { name, namespace: metadata.namespace, ownerReferences: [reference] }
}
