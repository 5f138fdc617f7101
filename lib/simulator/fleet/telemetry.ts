import { asArray, asObject, asString } from '../objects/json'
import type { NewObject, ObjectStore } from '../objects/object-store'
import { addNamespace } from '../objects/seed-workloads'
import type { KubeObject } from '../objects/types'
import { daemonSet } from '../objects/workload-manifests'

/**
 * The workload of the scenarios: an agent on every node that lists all pods of its cluster once a minute, as the
 * telemetry service of the post-mortem of 2024-12-11 may have done.
 */
const NAME = 'telemetry-collector'
const NAMESPACE = 'observability'
const IMAGE = 'registry.example.com/observability/telemetry-collector'
const VERSION = '0.9.3'
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

function manifest(): NewObject {
  return daemonSet({
    name: NAME,
    namespace: NAMESPACE,
    image: IMAGE,
    version: VERSION,
    labels: LABELS,
    annotations: {
      'rollout.example.com/change': 'telemetry-4711',
      'kubernetes.io/change-cause': `pipeline telemetry: deploy ${NAME} ${VERSION}`,
    },
    args: ['--collect=pods', '--scope=cluster', '--interval=60s', '--timeout=30s'],
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

/** Applies the workload as a pipeline's `kubectl apply` would: what is there already stays. */
export function applyTelemetry(store: ObjectStore): void {
  if (!store.get('namespaces', undefined, NAMESPACE)) addNamespace(store, NAMESPACE)
  const add = (typeId: string, apiVersion: string, object: NewObject) => {
    const { name, namespace } = object.metadata
    if (!store.get(typeId, namespace, name)) store.create(typeId, apiVersion, object)
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
  add('daemonsets.apps', 'apps/v1', manifest())
}

/** Removes the workload's DaemonSet, as the teams of the scenario do. */
export function removeTelemetry(store: ObjectStore): void {
  store.remove('daemonsets.apps', NAMESPACE, NAME)
}
