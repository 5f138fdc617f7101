import { Api, type JsonObject, type Reply } from '../controlplane/api'
import type { Target } from '../controlplane/kubeconfig'

/** What the suite must know of a cluster before it can ask anything. */
export interface ClusterFacts {
  /** Registered and Ready nodes. */
  nodes: number
  /** The account of the telemetry identity; its ClusterRole and ClusterRoleBinding have the same name. */
  collector: { namespace: string; name: string }
  /** Longest time after which a new object shows in the counts of /metrics. */
  countsWithinMs: number
}

/** One API server under test, as each kind of caller sees it. */
export interface Session extends ClusterFacts {
  ordinary: Api
  telemetry: Api
  breakGlass: Api
  /** Without any credential. */
  anonymous: Api
  /** With a token that nobody issued. */
  stranger: Api
  /** Takes the controller manager down, as an outage does, and lets it run again. */
  controllers: { halt(): Promise<void>; resume(): Promise<void> }
  close(): Promise<void>
}

/** Opens a session from the targets of three identities of one server. */
export function openSession(
  { ordinary, telemetry, breakGlass }: Record<'ordinary' | 'telemetry' | 'breakGlass', Target>,
  facts: ClusterFacts,
  controllers: Session['controllers'],
): Session {
  const { server, authority, serverName } = ordinary
  const apis = {
    ordinary: new Api(ordinary, 4),
    telemetry: new Api(telemetry, 4),
    breakGlass: new Api(breakGlass, 4),
    anonymous: new Api({ server, authority, serverName }, 1),
    stranger: new Api({ server, authority, serverName, token: 'nobody-issued-this' }, 1),
  }
  return {
    ...facts,
    ...apis,
    controllers,
    close: async () => {
      await Promise.all(Object.values(apis).map(api => api.close()))
    },
  }
}

export interface ObjectMeta {
  name: string
  uid: string
  resourceVersion: string
  [key: string]: unknown
}

/** The metadata of an object that the server answered with. */
export function metaOf(reply: Reply | JsonObject): ObjectMeta {
  const object = 'json' in reply ? (reply as Reply).json : (reply as JsonObject)
  return object.metadata as ObjectMeta
}

/** A workload that the suite makes for itself; `spec` comes over what every kind needs. */
export function workload(kind: string, name: string, spec: JsonObject): JsonObject {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { namespace: 'default', name, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.example/contract:1' }] },
      },
      ...spec,
    },
  }
}

export const daemonSet = (name: string) => workload('DaemonSet', name, {})

export const apps = '/apis/apps/v1/namespaces/default'
export const daemonSets = `${apps}/daemonsets`

export const mergePatch = 'application/merge-patch+json'
export const jsonPatch = 'application/json-patch+json'

export const podsOf = (name: string) => `/api/v1/namespaces/default/pods?labelSelector=app%3D${name}`

/** Removes an object that a test may have left; an absent one is fine. */
export async function remove(api: Api, path: string): Promise<void> {
  await api.expect('DELETE', path, { expected: [200, 202, 404] })
}
