import { setTimeout as sleep } from 'node:timers/promises'
import { accessObjects } from './access'
import type { Api, JsonObject } from './api'
import { microTime, nodeGraceSeconds, nodeName } from './node-leases'
import { fillerPod, fillerService, telemetry, workloadObjects } from './workloads'

const parallel = 16

const collections: Record<string, string> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  ConfigMap: 'configmaps',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  Namespace: 'namespaces',
  Pod: 'pods',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
}

/** Fills a new cluster: access, nodes with their leases, workloads, then `pods` more pods. */
export async function seedCluster(
  api: Api,
  size: { nodes: number; pods: number; services: number },
): Promise<void> {
  for (const object of accessObjects()) await create(api, object)
  await until('the namespaces of the system', 60_000, async () => {
    const reply = await api.request('GET', '/api/v1/namespaces/kube-node-lease')
    return reply.status === 200
  })
  await eachInParallel(size.nodes, index => createNode(api, nodeName(index)))
  for (const object of workloadObjects()) await create(api, object)
  await eachInParallel(size.services, index => create(api, fillerService(index)))
  if (size.nodes > 0) {
    await eachInParallel(size.pods, index => create(api, fillerPod(index, nodeName(index % size.nodes))))
  }
}

/** Waits until the controller manager and the kubelets' stand-in have made every collector Ready. */
export async function untilCollectorsReady(api: Api, nodes: number, timeoutMs: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${telemetry.namespace}/daemonsets/${telemetry.name}`
  await until(`${nodes} ready pods of ${telemetry.name}`, timeoutMs, async () => {
    const { status } = await api.expect('GET', path)
    return (status as { numberReady?: number } | undefined)?.numberReady === nodes
  })
}

/** A token of the telemetry service's account, as its pods carry one. */
export async function telemetryToken(api: Api): Promise<string> {
  const path = `/api/v1/namespaces/${telemetry.namespace}/serviceaccounts/${telemetry.name}/token`
  const reply = await api.expect('POST', path, {
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 7 * 24 * 3600 },
    },
  })
  return (reply.status as { token: string }).token
}

/** Asks until the answer is yes; throws with what was waited for. A refused or slow server counts as no. */
export async function until(
  what: string,
  timeoutMs: number,
  ask: () => Promise<boolean>,
  pauseMs = 250,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let last = ''
  while (performance.now() < deadline) {
    try {
      if (await ask()) return
      last = ''
    } catch (error) {
      last = `; last: ${(error as Error).message}`
    }
    await sleep(pauseMs)
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}${last}`)
}

async function create(api: Api, object: JsonObject): Promise<void> {
  const { apiVersion, kind, metadata } = object as {
    apiVersion: string
    kind: string
    metadata: { namespace?: string }
  }
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : ''
  await api.expect('POST', `${root}${scope}/${collections[kind]}`, { body: object })
}

async function createNode(api: Api, name: string): Promise<void> {
  const now = new Date()
  const seconds = now.toISOString().replace(/\.\d+Z/, 'Z')
  const capacity = { cpu: '4', memory: '16Gi', pods: '110' }
  const node = await api.expect('POST', '/api/v1/nodes', {
    body: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
      status: {
        capacity,
        allocatable: capacity,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            message: 'kubelet is posting ready status',
            lastHeartbeatTime: seconds,
            lastTransitionTime: seconds,
          },
        ],
        nodeInfo: nodeInfo(name),
      },
    },
  })
  const { uid } = node.metadata as { uid: string }
  await api.expect('POST', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
    body: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] },
      spec: { holderIdentity: name, leaseDurationSeconds: nodeGraceSeconds(1), renewTime: microTime(now) },
    },
  })
}

function nodeInfo(name: string): JsonObject {
  return {
    machineID: name,
    systemUUID: name,
    bootID: name,
    kernelVersion: '6.1.0',
    osImage: 'stand-in',
    containerRuntimeVersion: 'stand-in://1',
    kubeletVersion: 'v1.37.0',
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  }
}

async function eachInParallel(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, worker))
}
