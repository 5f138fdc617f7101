import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Api, type JsonObject } from '../controlplane/api'
import { readTarget, writeKubeconfig } from '../controlplane/kubeconfig'
import { type StartOptions, startControlPlane } from '../controlplane/start-control-plane'
import { telemetry } from '../controlplane/workloads'
import { temporaryFolder } from '../integration/support/temporary-folder'

const rbac = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
const account = { namespace: 'holdfast', name: 'holdfast' }
const tokenSeconds = 24 * 3600
const signals = ['SIGINT', 'SIGTERM'] as const

export interface Laboratory {
  version: string
  /** Contexts `user`, `ordinary`, `telemetry`, `break-glass`. */
  kubeconfigPath: string
  /** Contexts `ordinary` and `break-glass`, for Holdfast. */
  operatorKubeconfigPath: string
  /** A folder that is gone when the laboratory is. */
  dir: string
  /** A client of its own for one identity; close it. */
  client(context: string, connections?: number): Api
  /** What else must end when the bench is interrupted. */
  beforeStop: Set<() => Promise<void>>
  stop(): Promise<void>
}

/**
 * A real control plane, tied to this process, whose `ordinary` identity is a ServiceAccount, as anything that runs in
 * a cluster has: it shares its priority level, not its flow, with the telemetry service. `user` is a client
 * certificate of the same rights, in the level of people.
 */
export async function startLaboratory(
  options: Pick<
    StartOptions,
    'nodes' | 'pods' | 'inflight' | 'mutatingInflight' | 'minor' | 'controllerQps'
  > & {
    say: (line: string) => void
  },
): Promise<Laboratory> {
  const dir = await temporaryFolder('lockout')
  const plane = await startControlPlane({
    ...options,
    dir: path.join(dir, 'cluster'),
    tiedToThisProcess: true,
  }).catch(async error => {
    await rm(dir, { recursive: true, force: true })
    throw error
  })
  const beforeStop = new Set<() => Promise<void>>()
  const stop = async () => {
    for (const name of signals) process.off(name, interrupted)
    await Promise.allSettled([...beforeStop].map(end => end()))
    await plane.stop()
    await rm(dir, { recursive: true, force: true })
  }
  const interrupted = () => {
    options.say('interrupted: taking down what was started')
    stop().finally(() => process.exit(130))
  }
  for (const name of signals) process.on(name, interrupted)
  try {
    const kubeconfigPath = path.join(dir, 'lockout.kubeconfig')
    const operatorKubeconfigPath = path.join(dir, 'operator.kubeconfig')
    const target = (context: string) => readTarget(plane.kubeconfigPath, context)
    const identity = (name: string, { client, token = '' } = target(name)) =>
      client ? { name, client } : { name, token }
    const { server, authority } = target('break-glass')
    const cluster = { name: 'lockout', server, authority }
    const ordinary = { name: 'ordinary', token: await makeServiceAccount(target('break-glass')) }
    writeKubeconfig(operatorKubeconfigPath, cluster, [ordinary, identity('break-glass')])
    writeKubeconfig(kubeconfigPath, cluster, [
      ordinary,
      identity('user', target('ordinary')),
      identity('telemetry'),
      identity('break-glass'),
    ])
    const client = (context: string, connections = 2) =>
      new Api(readTarget(kubeconfigPath, context), connections)
    return { version: plane.version, kubeconfigPath, operatorKubeconfigPath, dir, client, beforeStop, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function makeServiceAccount(target: ConstructorParameters<typeof Api>[0]): Promise<string> {
  const api = new Api(target, 1)
  try {
    const metadata = { ...account }
    await api.expect('POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: account.namespace } },
    })
    const accounts = `/api/v1/namespaces/${account.namespace}/serviceaccounts`
    await api.expect('POST', accounts, { body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata } })
    const apiGroup = 'rbac.authorization.k8s.io'
    await api.expect('POST', rbac, {
      body: {
        apiVersion: `${apiGroup}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'holdfast-account' },
        roleRef: { apiGroup, kind: 'ClusterRole', name: 'holdfast' },
        subjects: [{ kind: 'ServiceAccount', ...account }],
      },
    })
    const { status } = await api.expect('POST', `${accounts}/${account.name}/token`, {
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: tokenSeconds },
      },
    })
    return (status as { token: string }).token
  } finally {
    await api.close()
  }
}

/** The objects whose loss ends the telemetry service, with the collections that they are created in. */
export const serviceObjects = [
  { collection: `/apis/apps/v1/namespaces/${telemetry.namespace}/daemonsets`, name: telemetry.name },
  { collection: rbac, name: telemetry.name },
] as const

const flowControl = '/apis/flowcontrol.apiserver.k8s.io'

/** Deletes what a mute leaves until it ends by itself. */
async function unmute(api: Api): Promise<void> {
  const { preferredVersion } = await api.expect('GET', flowControl)
  const { version } = preferredVersion as { version: string }
  for (const resource of ['flowschemas', 'prioritylevelconfigurations']) {
    const own = 'labelSelector=app.kubernetes.io%2Fmanaged-by%3Dholdfast'
    await api.expect('DELETE', `${flowControl}/${version}/${resource}?${own}`)
  }
}

/** Saves the telemetry service, so that `restore` can put back whatever a contestant took away. */
export async function saveService(api: Api): Promise<{ restore(): Promise<void> }> {
  const saved = await Promise.all(
    serviceObjects.map(async ({ collection, name }) => {
      const { metadata, status: _gone, ...object } = await api.expect('GET', `${collection}/${name}`)
      const { namespace, labels } = metadata as JsonObject
      return { collection, name, object: { ...object, metadata: { name, namespace, labels } } }
    }),
  )
  return {
    async restore() {
      await unmute(api)
      // Rights first: the agents of a new DaemonSet list as soon as their pods run.
      for (const { collection, name, object } of saved.toReversed()) {
        const { status } = await api.request('GET', `${collection}/${name}`)
        if (status === 404) await api.expect('POST', collection, { body: object })
      }
    },
  }
}
