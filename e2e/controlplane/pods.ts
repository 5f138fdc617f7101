import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, type JsonObject, UnexpectedReply } from './api'
import { nodeName } from './node-leases'

/** The few fields of a pod that a kubelet and a scheduler act on. */
interface Pod {
  metadata: { name: string; namespace: string; uid: string; deletionTimestamp?: string }
  spec: { nodeName?: string; containers: { name: string; image?: string }[]; affinity?: JsonObject }
  status?: { phase?: string }
}

const workers = 8
const pageSize = 500

/**
 * Stands in for the scheduler and the kubelets: binds pods, makes them Ready and, when they are to go,
 * deletes them for good. Follows the API server through its restarts until told to stop.
 */
export async function runPods(api: Api, nodes: number, signal: AbortSignal): Promise<void> {
  const queue = new PodQueue()
  const done = Array.from({ length: workers }, () => work(api, queue, nodes, signal))
  let complaint = ''
  while (!signal.aborted) {
    try {
      const version = await listPods(api, queue)
      await followPods(api, version, queue, signal)
      complaint = ''
    } catch (error) {
      const message = (error as Error).message
      if (!signal.aborted && message !== complaint) console.error(`pods cannot be followed: ${message}`)
      complaint = message
    }
    await sleep(500, undefined, { signal }).catch(() => {})
  }
  queue.close()
  await Promise.all(done)
}

/** Pods that wait to be acted on, each once, with what was last seen of it. */
class PodQueue {
  private readonly waiting = new Map<string, Pod>()
  private readonly idle: ((pod: Pod | undefined) => void)[] = []
  private closed = false

  put(pod: Pod): void {
    const taker = this.idle.shift()
    if (taker) taker(pod)
    else this.waiting.set(pod.metadata.uid, pod)
  }

  take(): Promise<Pod | undefined> {
    if (this.closed) return Promise.resolve(undefined)
    for (const [uid, pod] of this.waiting) {
      this.waiting.delete(uid)
      return Promise.resolve(pod)
    }
    return new Promise(resolve => this.idle.push(resolve))
  }

  close(): void {
    this.closed = true
    for (const taker of this.idle.splice(0)) taker(undefined)
  }
}

async function listPods(api: Api, queue: PodQueue): Promise<string> {
  let next = ''
  for (;;) {
    const page = await api.expect(
      'GET',
      `/api/v1/pods?limit=${pageSize}&continue=${encodeURIComponent(next)}`,
    )
    const meta = page.metadata as { resourceVersion: string; continue?: string }
    for (const pod of page.items as Pod[]) if (nextStep(pod)) queue.put(pod)
    if (!meta.continue) return meta.resourceVersion
    next = meta.continue
  }
}

async function followPods(api: Api, version: string, queue: PodQueue, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=${version}`
  for await (const event of api.lines(path, signal)) {
    if (event.type === 'ERROR') return // Too old: list again.
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue
    const pod = event.object as Pod
    if (nextStep(pod)) queue.put(pod)
  }
}

/** What a pod needs next from its scheduler or kubelet. */
function nextStep(pod: Pod): 'bind' | 'run' | 'finish' | undefined {
  if (pod.metadata.deletionTimestamp) return 'finish'
  if (!pod.spec.nodeName) return 'bind'
  return (pod.status?.phase ?? 'Pending') === 'Pending' ? 'run' : undefined
}

async function work(api: Api, queue: PodQueue, nodes: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const pod = await queue.take()
    if (!pod) return
    try {
      await takeStep(api, pod, nodes)
    } catch (error) {
      if (signal.aborted) return
      console.error(`pod ${pod.metadata.namespace}/${pod.metadata.name}: ${(error as Error).message}`)
      // A server that starts refuses everybody until its roles are loaded: only a broken request stays broken.
      const broken = error instanceof UnexpectedReply && [400, 422].includes(error.status)
      if (!broken) setTimeout(() => queue.put(pod), 1000).unref()
    }
  }
}

async function takeStep(api: Api, pod: Pod, nodes: number): Promise<void> {
  const { name, namespace, uid } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  // 404 and 409: it is gone, or another one by now; the watch tells about that one.
  const overtaken = [200, 201, 404, 409]
  switch (nextStep(pod)) {
    case 'finish': {
      const body = { gracePeriodSeconds: 0, preconditions: { uid } }
      await api.expect('DELETE', path, { body, expected: overtaken })
      return
    }
    case 'bind': {
      const target =
        wantedNode(pod) ?? (nodes > 0 ? nodeName(Number.parseInt(uid.slice(0, 8), 16) % nodes) : undefined)
      if (!target) return
      const body = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, uid },
        target: { kind: 'Node', name: target },
      }
      await api.expect('POST', `${path}/binding`, { body, expected: overtaken })
      return
    }
    case 'run': {
      const body = { metadata: { uid }, status: runningStatus(pod, new Date()) }
      const contentType = 'application/strategic-merge-patch+json'
      await api.expect('PATCH', `${path}/status`, { body, contentType, expected: overtaken })
    }
  }
}

/** The node that a DaemonSet's pod is made for: its controller names it by an affinity to metadata.name. */
function wantedNode(pod: Pod): string | undefined {
  const affinity = pod.spec.affinity as
    | {
        nodeAffinity?: {
          requiredDuringSchedulingIgnoredDuringExecution?: {
            nodeSelectorTerms?: { matchFields?: { key: string; values: string[] }[] }[]
          }
        }
      }
    | undefined
  const terms =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  return terms.flatMap(term => term.matchFields ?? []).find(field => field.key === 'metadata.name')?.values[0]
}

/** An address from 10.128.0.0/9 for each pod; of thousands of pods, hardly two share one. */
function podAddress(uid: string): string {
  const bytes = [0, 2, 4].map(at => Number.parseInt(uid.slice(at, at + 2), 16))
  return `10.${128 + ((bytes[0] ?? 0) & 127)}.${bytes[1]}.${bytes[2]}`
}

function runningStatus(pod: Pod, at: Date): JsonObject {
  const now = at.toISOString().replace(/\.\d+Z/, 'Z')
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: now })
  return {
    phase: 'Running',
    startTime: now,
    hostIP: '192.0.2.1',
    podIP: podAddress(pod.metadata.uid),
    conditions: ['PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image: image ?? '',
      imageID: '',
      containerID: `stand-in://${pod.metadata.uid}/${name}`,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  }
}
