import { readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import type { Credential } from './certificates'

/** Where an API server is and who asks: what one context of a kubeconfig says. All PEM, in the clear. */
export interface Target {
  server: string
  authority: string
  /** The name to find in the server's certificate, where it is not that of `server`. */
  serverName?: string
  client?: Credential
  token?: string
}

export type Identity = { name: string } & ({ client: Credential } | { token: string })

interface KubeconfigFile {
  clusters: {
    name: string
    cluster: { server: string; 'certificate-authority-data': string; 'tls-server-name'?: string }
  }[]
  users: {
    name: string
    user: { 'client-certificate-data'?: string; 'client-key-data'?: string; token?: string }
  }[]
  contexts: { name: string; context: { cluster: string; user: string } }[]
}

const encode = (text: string) => Buffer.from(text).toString('base64')
const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8')

/** Writes a kubeconfig with one context for each identity, the first of them current; mode 0600. */
export function writeKubeconfig(
  path: string,
  cluster: { name: string; server: string; authority: string },
  identities: Identity[],
): void {
  const file = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster.name,
        cluster: { server: cluster.server, 'certificate-authority-data': encode(cluster.authority) },
      },
    ],
    users: identities.map(identity => ({
      name: identity.name,
      user:
        'token' in identity
          ? { token: identity.token }
          : {
              'client-certificate-data': encode(identity.client.certificate),
              'client-key-data': encode(identity.client.key),
            },
    })),
    contexts: identities.map(({ name }) => ({ name, context: { cluster: cluster.name, user: name } })),
    'current-context': identities[0]?.name,
  }
  writeFileSync(path, stringify(file), { mode: 0o600 })
}

/** A kubeconfig that embeds its certificates, read once for many contexts. */
export interface Kubeconfig {
  /** In the order of the file. */
  contexts: string[]
  /** What one context says; throws when it is not complete. */
  target(context: string): Target
}

export function readKubeconfig(path: string): Kubeconfig {
  const file = parse(readFileSync(path, 'utf8')) as KubeconfigFile
  const contexts = new Map(file.contexts.map(({ name, context }) => [name, context]))
  const clusters = new Map(file.clusters.map(({ name, cluster }) => [name, cluster]))
  const users = new Map(file.users.map(({ name, user }) => [name, user]))
  return {
    contexts: [...contexts.keys()],
    target: name => {
      const context = contexts.get(name)
      const cluster = clusters.get(context?.cluster ?? '')
      const user = users.get(context?.user ?? '')
      if (!cluster || !user) throw new Error(`${path} has no complete context "${name}"`)
      const certificate = user['client-certificate-data']
      const key = user['client-key-data']
      return {
        server: cluster.server,
        authority: decode(cluster['certificate-authority-data']),
        serverName: cluster['tls-server-name'],
        ...(certificate && key ? { client: { certificate: decode(certificate), key: decode(key) } } : {}),
        ...(user.token ? { token: user.token } : {}),
      }
    },
  }
}

/** Reads one context of a kubeconfig that embeds its certificates. */
export function readTarget(path: string, context: string): Target {
  return readKubeconfig(path).target(context)
}
