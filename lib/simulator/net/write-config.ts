import { join } from 'node:path'
import { stringify } from 'yaml'
import type { SimulatedFleet } from '../fleet/fleet'
import { productServices } from '../model/answer-dns'
import type { AddressBook } from './address-book'
import { type Pki, TLS_SERVER_NAME } from './certificates'
import { writePrivate } from './write-private'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const breakGlassOf = (cluster: string) => `${cluster}-break-glass`

const PRODUCTS = [
  { id: 'chat', name: 'Chat', criticalNames: productServices('chat') },
  { id: 'api', name: 'API', criticalNames: productServices('api') },
  { id: 'video', name: 'Video', criticalNames: productServices('video') },
]

export interface ConfigPaths {
  kubeconfig: string
  config: string
}

/** Writes the kubeconfig and holdfast.yaml of a fleet: all that Holdfast is ever told about it. */
export function writeConfig(
  dir: string,
  fleet: SimulatedFleet,
  addresses: AddressBook,
  dnsOf: (clusterId: string) => { resolvers: string[]; dnsMetrics: string[] },
  pki: Pki,
): ConfigPaths {
  const paths = { kubeconfig: join(dir, 'kubeconfig'), config: join(dir, 'holdfast.yaml') }
  const ids = [...fleet.clusters.keys()]
  const user = ({ certificate, key }: Pki['ordinary']) => ({
    'client-certificate-data': base64(certificate),
    'client-key-data': base64(key),
  })
  const server = (id: string) => `https://127.0.0.1:${addresses.portsOf(id).balanced}`
  const authority = base64(pki.authority)
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    clusters: ids.map(name => ({
      name,
      cluster: {
        server: server(name),
        'certificate-authority-data': authority,
        'tls-server-name': TLS_SERVER_NAME,
      },
    })),
    users: [
      { name: 'holdfast', user: user(pki.ordinary) },
      { name: 'break-glass', user: user(pki.breakGlass) },
    ],
    contexts: ids.flatMap(cluster => [
      { name: cluster, context: { cluster, user: 'holdfast' } },
      { name: breakGlassOf(cluster), context: { cluster, user: 'break-glass' } },
    ]),
    'current-context': ids[0],
  }
  const config = {
    apiVersion: 'holdfast.dev/v1',
    kubeconfigs: ['./kubeconfig'],
    products: PRODUCTS,
    clusters: [...fleet.clusters.values()].map(({ id, model }) => ({
      context: id,
      name: id,
      region: model.region,
      products: [model.product],
      environment: 'production',
      labels: { ring: model.nodes < 900 ? 'a' : 'b', ...(model.platform ? { tier: 'platform' } : {}) },
      breakGlass: { context: breakGlassOf(id) },
      apiServers: addresses.portsOf(id).direct.map(port => `https://127.0.0.1:${port}`),
      tlsServerName: TLS_SERVER_NAME,
      ...dnsOf(id),
    })),
  }
  // Aliases would be correct YAML, but strings of certificates are easier to read without.
  writePrivate(paths.kubeconfig, stringify(kubeconfig, { aliasDuplicateObjects: false, lineWidth: 0 }))
  writePrivate(paths.config, stringify(config, { aliasDuplicateObjects: false, lineWidth: 0 }))
  return paths
}
