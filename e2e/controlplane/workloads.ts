import type { JsonObject } from './api'
import { coreDnsCorefile, nodeCacheCorefile } from './corefiles'

/** The service of the lock-out: a collector on every node, all of them asking the API server. */
export const telemetry = { namespace: 'observability', name: 'telemetry-collector' }

/** Where the pods of `--pods` live. */
const filler = { namespace: 'workload', name: 'filler' }

function podTemplate(app: string, image: string, serviceAccountName: string): JsonObject {
  return {
    metadata: { labels: { app } },
    spec: { serviceAccountName, containers: [{ name: app, image }] },
  }
}

const namespace = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

const account = (where: { namespace: string; name: string }): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: where,
})

const corefile = (name: string, text: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'kube-system', name },
  data: { Corefile: text },
})

/** CoreDNS: its account and its Deployment. */
export const dns = { namespace: 'kube-system', name: 'coredns' }
const dnsLabels = { 'k8s-app': 'kube-dns' }

/** The objects of a small stock cluster, in an order in which they can be created. */
export function workloadObjects(): JsonObject[] {
  const collectorPod = podTemplate(telemetry.name, 'registry.example/telemetry-collector:1.0', telemetry.name)
  return [
    namespace(telemetry.namespace),
    namespace(filler.namespace),
    account(telemetry),
    account(filler),
    account(dns),
    corefile('coredns', coreDnsCorefile()),
    corefile('node-local-dns', nodeCacheCorefile()),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'kube-system', name: 'kube-dns', labels: dnsLabels },
      spec: {
        clusterIP: '10.96.0.10',
        selector: dnsLabels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...dns, labels: dnsLabels },
      spec: {
        replicas: 2,
        selector: { matchLabels: dnsLabels },
        template: {
          metadata: { labels: dnsLabels },
          spec: {
            serviceAccountName: dns.name,
            containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.13.1' }],
          },
        },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { ...telemetry, labels: { app: telemetry.name } },
      spec: {
        selector: { matchLabels: { app: telemetry.name } },
        template: collectorPod,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
      },
    },
  ]
}

/** A running pod of no particular service, for clusters that are to be large. */
export function fillerPod(index: number, nodeName: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: filler.namespace,
      name: `${filler.name}-${index}`,
      labels: { app: filler.name },
    },
    spec: {
      nodeName,
      serviceAccountName: filler.name,
      automountServiceAccountToken: false,
      containers: [{ name: filler.name, image: 'registry.example/filler:1.0' }],
    },
  }
}

/** A Service with an address of its own, for clusters in which names are to be looked up. */
export function fillerService(index: number): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: filler.namespace, name: `service-${index}` },
    spec: { selector: { app: filler.name }, ports: [{ name: 'http', port: 80 }] },
  }
}
