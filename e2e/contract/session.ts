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
  close(): Promise<void>
}

/** Opens a session from the targets of three identities of one server. */
export function openSession(
  { ordinary, telemetry, breakGlass }: Record<'ordinary' | 'telemetry' | 'breakGlass', Target>,
  facts: ClusterFacts,
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

/** A DaemonSet that the suite makes for itself. */
export function daemonSet(name: string): JsonObject {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { namespace: 'default', name, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.example/contract:1' }] },
      },
    },
  }
}

export const daemonSets = '/apis/apps/v1/namespaces/default/daemonsets'

/** Removes an object that a test may have left; an absent one is fine. */
export async function remove(api: Api, path: string): Promise<void> {
  await api.expect('DELETE', path, { expected: [200, 202, 404] })
}
