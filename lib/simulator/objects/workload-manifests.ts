import type { NewObject } from './object-store'
import type { JsonObject } from './types'

/** What a manifest of a workload is made from; all else is what the API server fills in by default. */
export interface WorkloadShape {
  name: string
  namespace: string
  image: string
  version: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  args?: string[]
  env?: JsonObject[]
  serviceAccount?: string
  cpu?: string
  memory?: string
  /** Deployments and StatefulSets only. */
  replicas?: number
  /** DaemonSets only. */
  maxUnavailable?: number | string
  hostNetwork?: boolean
}

function podTemplate(shape: WorkloadShape, onEveryNode: boolean): JsonObject {
  const { name, image, version, args, env, serviceAccount = name } = shape
  return {
    metadata: {
      creationTimestamp: null,
      labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/version': version },
    },
    spec: {
      containers: [
        {
          name,
          image: `${image}:${version}`,
          ...(args ? { args } : {}),
          ...(env ? { env } : {}),
          resources: {
            requests: { cpu: shape.cpu ?? '50m', memory: shape.memory ?? '64Mi' },
            limits: { memory: shape.memory ?? '64Mi' },
          },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: serviceAccount,
      serviceAccount,
      ...(shape.hostNetwork ? { hostNetwork: true } : {}),
      securityContext: {},
      schedulerName: 'default-scheduler',
      ...(onEveryNode ? { tolerations: [{ operator: 'Exists' }] } : {}),
    },
  }
}

function metadataOf(shape: WorkloadShape, extra: Record<string, string>): NewObject['metadata'] {
  const { name, namespace, version, labels, annotations } = shape
  return {
    name,
    namespace,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/version': version, ...labels },
    annotations: { ...extra, ...annotations },
  }
}

const selectorOf = (name: string): JsonObject => ({ matchLabels: { 'app.kubernetes.io/name': name } })

export function daemonSet(shape: WorkloadShape): NewObject {
  return {
    metadata: metadataOf(shape, { 'deprecated.daemonset.template.generation': '1' }),
    spec: {
      selector: selectorOf(shape.name),
      template: podTemplate(shape, true),
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: shape.maxUnavailable ?? 1, maxSurge: 0 },
      },
      revisionHistoryLimit: 10,
    },
  }
}

export function deployment(shape: WorkloadShape): NewObject {
  return {
    metadata: metadataOf(shape, { 'deployment.kubernetes.io/revision': '1' }),
    spec: {
      replicas: shape.replicas ?? 1,
      selector: selectorOf(shape.name),
      template: podTemplate(shape, false),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
  }
}

export function statefulSet(shape: WorkloadShape): NewObject {
  return {
    metadata: metadataOf(shape, {}),
    spec: {
      replicas: shape.replicas ?? 1,
      selector: selectorOf(shape.name),
      template: podTemplate(shape, false),
      serviceName: shape.name,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
    },
  }
}
