import { asArray, asObject, asString } from '../objects/json'
import type { NewObject, ObjectStore } from '../objects/object-store'
import { resourceById } from '../objects/resource-table'
import { addNamespace } from '../objects/seed-workloads'
import type { KubeObject } from '../objects/types'
import { daemonSet } from '../objects/workload-manifests'
import { withVersion } from './innocent-changes'

/**
 * The workload of the scenarios: an agent on every node that lists all pods of its cluster once a minute, as the
 * telemetry service of the post-mortem of 2024-12-11 may have done.
 */
const NAME = 'telemetry-collector'
const NAMESPACE = 'observability'
const IMAGE = 'registry.example.com/observability/telemetry-collector'
const VERSION = '0.9.3'
/** Asks for the pods of its own node only. */
export const HARMLESS_VERSION = '0.9.2'
const LABELS = {
  'app.kubernetes.io/part-of': 'telemetry',
  'app.kubernetes.io/managed-by': 'rollout-pipeline',
}
const RBAC = 'rbac.authorization.k8s.io'

export const TELEMETRY = {
  name: NAME,
  namespace: NAMESPACE,
  selector: `app.kubernetes.io/name=${NAME}`,
} as const

function manifest(version: string): NewObject {
  const scope = version === VERSION ? 'cluster' : 'node'
  return daemonSet({
    name: NAME,
    namespace: NAMESPACE,
    image: IMAGE,
    version,
    labels: LABELS,
    annotations: {
      'rollout.example.com/change': 'telemetry-4711',
      'kubernetes.io/change-cause': `pipeline telemetry: deploy ${NAME} ${version}`,
    },
    args: ['--collect=pods', `--scope=${scope}`, '--interval=60s', '--timeout=30s'],
    env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }],
    cpu: '20m',
    memory: '96Mi',
    maxUnavailable: '10%',
  })
}

/** True for agents that list all pods; a version that does not (or another image) is harmless. */
export function isHeavyCaller(object: KubeObject): boolean {
  const template = asObject(asObject(object.spec).template)
  return asArray(asObject(template.spec).containers).some(
    container => asString(asObject(container).image) === `${IMAGE}:${VERSION}`,
  )
}

/** Applies the workload as a pipeline's `kubectl apply` would: what is there already stays, but for its version. */
export function applyTelemetry(store: ObjectStore, version = VERSION, createdAt?: number): void {
  if (!store.get('namespaces', undefined, NAMESPACE)) addNamespace(store, NAMESPACE, createdAt)
  const add = (typeId: string, apiVersion: string, object: NewObject) => {
    const { name, namespace } = object.metadata
    if (!store.get(typeId, namespace, name)) store.create(typeId, apiVersion, object, createdAt)
  }
  const labels = { 'app.kubernetes.io/name': NAME, ...LABELS }
  add('serviceaccounts', 'v1', { metadata: { name: NAME, namespace: NAMESPACE, labels } })
  add(`clusterroles.${RBAC}`, `${RBAC}/v1`, {
    metadata: { name: NAME, labels },
    rules: [{ apiGroups: [''], resources: ['pods', 'nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] }],
  })
  add(`clusterrolebindings.${RBAC}`, `${RBAC}/v1`, {
    metadata: { name: NAME, labels },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: NAME },
  })
  const before = store.get('daemonsets.apps', NAMESPACE, NAME)
  if (before && isEarlier(before)) store.put(resourceById('daemonsets.apps'), updated(store, before))
  else add('daemonsets.apps', 'apps/v1', manifest(version))
}

function isEarlier(daemonSet: KubeObject): boolean {
  return daemonSet.metadata.labels?.['app.kubernetes.io/version'] === HARMLESS_VERSION
}

/** The DaemonSet as it is after the pipeline's update to the version of the roll-out. */
function updated(store: ObjectStore, before: KubeObject): KubeObject {
  const next = withVersion(before, VERSION, String(store.revision() + 1))
  const spec = asObject(manifest(VERSION).spec)
  return { ...next, spec }
}

/** Removes the workload's DaemonSet, as the teams of the scenario do. */
export function removeTelemetry(store: ObjectStore): void {
  store.remove('daemonsets.apps', NAMESPACE, NAME)
}
