import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../clock/clock'
import type { Lane, LaneKind } from '../../fleet/types'
import type { ClusterClient, KubeRequest, KubeResult } from '../../kube/types'
import type { CanaryHint } from '../landing-terms'
import type { BindingSnapshot, ClusterFacts, TargetSource, WorkloadSnapshot } from '../ports'
import { asRecord } from '../saved-object'
import { bindingFromObject, bindsCaller, workloadFromObject } from '../snapshot-object'

/**
 * What becomes of one request: served, answered without effect, never connected, served with its answer lost, cut off
 * before it was served, served although its caller was cut off, or served twice as a proxy does that repeats.
 */
export type Fate =
  | 'serve'
  | 'lose-answer'
  | 'cut'
  | { lateMs: number }
  | { againMs: number }
  | 'never-arrive'
  | 'refuse'
  | { status: number; retryAfterMs?: number }
  | { hangMs: number; outcome: 'serve' | { status: number } }

export interface FakeCluster {
  id: string
  facts: ClusterFacts
  /** By path, as the API server names them. */
  objects: Map<string, Record<string, unknown>>
  /** Pods of the telemetry collector. */
  pods: number
  /** Whether the controller manager collects pods of deleted owners, here all at once. */
  collects: boolean
  /** Decides each request; default is to serve. */
  fate: (request: KubeRequest, lane: Lane) => Fate
  /** Whether its lanes may act for others. */
  impersonates: boolean
  /** Every request that had an effect, in order. */
  effects: string[]
  /** Every write as its API server took it, dry runs left out. */
  log: WriteSeen[]
  requests: number
}

/** One write that an API server judged: its own record, whatever the engine believes. */
export interface WriteSeen {
  at: number
  method: string
  path: string
  /** Whether anything changed by it. */
  applied: boolean
  /** Of the object that was there before, or was made. */
  uid?: string
}

const NAMESPACE = 'observability'
export const TARGET = { kind: 'DaemonSet', namespace: NAMESPACE, name: 'telemetry-collector' } as const
export const WORKLOAD_PATH = `/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/telemetry-collector`
export const BINDING_PATH = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/telemetry-collector'
export const LEASE_PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'

/** A fleet in memory that carries a telemetry collector; each cluster's API server does as its `fate` says. */
export class FakeFleet implements ClusterClient, TargetSource {
  readonly all = new Map<string, FakeCluster>()
  latencyMs = 50
  /** Title of the open incident. */
  openIncident: string | null = 'Control plane lost'
  #uids = 0

  constructor(private readonly clock: Clock) {}

  add(
    id: string,
    over: {
      nodes?: number
      state?: ClusterFacts['state']
      fuseAt?: number
      lanes?: LaneKind[]
      canary?: CanaryHint
    } = {},
  ): FakeCluster {
    const lanes = (over.lanes ?? ['ordinary', 'exempt']).map((kind, i) => this.#lane(id, kind, i))
    const cluster: FakeCluster = {
      id,
      facts: {
        cluster: {
          id,
          name: id,
          region: 'eu',
          products: ['Chat'],
          environment: 'prod',
          labels: {},
          lanes,
          resolvers: [],
        },
        nodes: over.nodes ?? 100,
        state: over.state ?? 'LockedOut',
        evidenceAt: this.clock.now(),
        fuseAt: over.fuseAt,
        canary: over.canary,
      },
      objects: new Map(),
      pods: over.nodes ?? 100,
      collects: false,
      fate: () => 'serve',
      impersonates: true,
      effects: [],
      log: [],
      requests: 0,
    }
    cluster.objects.set(WORKLOAD_PATH, this.daemonSet(cluster.pods))
    cluster.objects.set(
      BINDING_PATH,
      this.binding([{ kind: 'ServiceAccount', name: 'telemetry', namespace: NAMESPACE }]),
    )
    this.all.set(id, cluster)
    return cluster
  }

  incident(): string | null {
    return this.openIncident
  }

  get(id: string): FakeCluster {
    const cluster = this.all.get(id)
    if (!cluster) throw new Error(`no fake cluster ${id}`)
    return cluster
  }

  /** Effects of all clusters, `cluster METHOD path`. */
  effects(): string[] {
    return [...this.all.values()].flatMap(cluster => cluster.effects.map(effect => `${cluster.id} ${effect}`))
  }

  uid(): string {
    return `uid-${++this.#uids}`
  }

  daemonSet(pods: number, metadata: Record<string, unknown> = {}): Record<string, unknown> {
    const labels = { app: 'telemetry-collector' }
    return {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: {
        name: TARGET.name,
        namespace: NAMESPACE,
        uid: this.uid(),
        resourceVersion: '7',
        generation: 1,
        labels,
        ...metadata,
      },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'telemetry',
            containers: [{ name: 'agent', image: 'registry.example/telemetry:2' }],
          },
        },
      },
      status: { observedGeneration: 1, desiredNumberScheduled: pods, currentNumberScheduled: pods },
    }
  }

  binding(subjects: Record<string, unknown>[]): Record<string, unknown> {
    return {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'telemetry-collector', uid: this.uid(), resourceVersion: '3' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects,
    }
  }

  /** The controller manager's lease, renewed `ageMs` ago. */
  setLease(id: string, ageMs: number): void {
    const renewTime = new Date(this.clock.now() - ageMs).toISOString()
    this.get(id).objects.set(LEASE_PATH, {
      kind: 'Lease',
      metadata: { name: 'kube-controller-manager' },
      spec: { renewTime, leaseDurationSeconds: 15 },
    })
  }

  clusters(): ClusterFacts[] {
    return [...this.all.values()].map(cluster => cluster.facts)
  }

  cluster(id: string): ClusterFacts | undefined {
    return this.all.get(id)?.facts
  }

  /** What was listed before the trouble began: kept by `remember`, else as it is now. */
  workloads(id: string): WorkloadSnapshot[] {
    const object = this.all.get(id)?.objects.get(WORKLOAD_PATH)
    const snapshot = object && workloadFromObject('DaemonSet', object, this.clock.now() - 60_000)
    return snapshot ? [snapshot] : []
  }

  bindings(id: string, namespace: string, account: string): BindingSnapshot[] {
    const object = this.all.get(id)?.objects.get(BINDING_PATH)
    const binding = object && bindingFromObject('ClusterRoleBinding', object, this.clock.now() - 60_000)
    return binding && bindsCaller(binding, { kind: 'ServiceAccount', namespace, name: account })
      ? [binding]
      : []
  }

  async request(lane: Lane, request: KubeRequest): Promise<KubeResult> {
    const startedAt = this.clock.now()
    const cluster = this.get(lane.endpoint.server.replace('https://', ''))
    cluster.requests++
    const fate = cluster.fate(request, lane)
    const result = (
      outcome: KubeResult['outcome'],
      status = 0,
      body: unknown = '',
      retryAfterMs?: number,
      headers: Record<string, string> = {},
    ): KubeResult => ({
      outcome,
      laneId: lane.id,
      startedAt,
      durationMs: this.clock.now() - startedAt,
      status,
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      truncated: false,
      bytes: 0,
      retryAfterMs,
      detail: '',
    })
    const waits = async (ms: number) => {
      try {
        await this.clock.sleep(Math.min(ms, request.timeoutMs), request.signal)
      } catch {
        return 'aborted' as const
      }
      return ms > request.timeoutMs ? ('timeout' as const) : undefined
    }
    if (fate === 'refuse') return result('refused')
    if (fate === 'never-arrive') return result((await waits(request.timeoutMs + 1)) ?? 'timeout')
    const ended = await waits(
      this.latencyMs + (typeof fate === 'object' && 'hangMs' in fate ? fate.hangMs : 0),
    )
    if (ended) return result(ended)
    if (fate === 'cut') return result('reset')
    if (typeof fate === 'object' && 'lateMs' in fate) {
      this.#later(fate.lateMs, cluster, request)
      return result('reset')
    }
    if (typeof fate === 'object' && 'againMs' in fate) this.#later(fate.againMs, cluster, request)
    const outcome =
      typeof fate !== 'object' || 'againMs' in fate ? 'serve' : 'hangMs' in fate ? fate.outcome : fate
    if (typeof outcome === 'object')
      return result(
        'answer',
        outcome.status,
        status(outcome.status),
        (outcome as { retryAfterMs?: number }).retryAfterMs,
      )
    if (request.actAs) {
      if (!cluster.impersonates) return result('answer', 403, status(403, 'Forbidden'))
      return result('answer', 200, '', undefined, { 'x-kubernetes-pf-flowschema-uid': takerOf(cluster) })
    }
    const [code, body] = this.#serve(cluster, request)
    return fate === 'lose-answer' ? result('reset') : result('answer', code, body)
  }

  async knock(): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {}

  /** Served once more, or after all, when nobody hears of it any more. */
  #later(ms: number, cluster: FakeCluster, request: KubeRequest): void {
    this.clock.sleep(ms).then(() => this.#serve(cluster, request))
  }

  #serve(cluster: FakeCluster, request: KubeRequest): [number, unknown] {
    const isDry = request.path.includes('dryRun=') || Array.isArray(asRecord(request.body).dryRun)
    if (request.method === 'GET' || isDry) return this.#answer(cluster, request)
    const [path = ''] = request.path.split('?')
    const name = request.method === 'POST' ? `/${asRecord(asRecord(request.body).metadata).name}` : ''
    const uidNow = () => uidOf(cluster.objects.get(path + name))
    const [uid, pods, before] = [uidNow(), cluster.pods, cluster.effects.length]
    const answer = this.#answer(cluster, request)
    const isEmpty = path.endsWith('/pods') && pods === 0
    const applied = cluster.effects.length > before && !isEmpty
    const { method } = request
    cluster.log.push({ at: this.clock.now(), method, path: path + name, applied, uid: uid ?? uidNow() })
    return answer
  }

  #answer(cluster: FakeCluster, request: KubeRequest): [number, unknown] {
    const [path = '', query = ''] = request.path.split('?')
    const body = asRecord(request.body)
    const done = (what = path) => cluster.effects.push(`${request.method} ${what}`)
    if (path.endsWith('/pods') && !cluster.objects.has(path)) {
      if (request.method === 'DELETE') {
        done()
        cluster.pods = 0
        return [200, { kind: 'PodList', items: [] }]
      }
      const limit = Number(new URLSearchParams(query).get('limit') ?? 500)
      const items = Array.from({ length: Math.min(limit, cluster.pods) }, (_, i) => ({
        metadata: { name: `pod-${i}` },
      }))
      return [200, { kind: 'PodList', metadata: cluster.pods > limit ? { continue: 'more' } : {}, items }]
    }
    const object = cluster.objects.get(path)
    if (request.method === 'POST') {
      const name = asRecord(body.metadata).name
      const at = `${path}/${name}`
      if (cluster.objects.has(at)) return [409, status(409, 'AlreadyExists', String(name))]
      if (asRecord(body.metadata).resourceVersion) return [500, status(500)]
      if (query.includes('dryRun=All')) return [201, body]
      done()
      const created = {
        ...body,
        metadata: { ...asRecord(body.metadata), uid: this.uid(), resourceVersion: '9' },
      }
      cluster.objects.set(at, created)
      return [201, created]
    }
    if (!object) return [404, status(404, 'NotFound', path.split('/').at(-1))]
    if (request.method === 'GET') return [200, object]
    if (request.method === 'PATCH') {
      const patched = structuredClone(object)
      for (const operation of (Array.isArray(request.body) ? request.body : []).map(asRecord)) {
        const keys = String(operation.path).split('/').slice(1)
        const leaf = keys.pop() ?? ''
        const parent = keys.reduce<Record<string, unknown>>((at, key) => asRecord(at[key]), patched)
        if (operation.op === 'test' && !isDeepStrictEqual(parent[leaf], operation.value))
          return [422, status(422, 'Invalid')]
        if (operation.op === 'replace' || operation.op === 'add') parent[leaf] = operation.value
        if (operation.op === 'remove') delete parent[leaf]
      }
      // What changes nothing is not written.
      if (isDeepStrictEqual(patched, object)) return [200, object]
      const metadata = asRecord(patched.metadata)
      // As on a real server, whose controllers tell by it whether they have seen the change.
      if (typeof metadata.generation === 'number') metadata.generation++
      if (query.includes('dryRun=All')) return [200, patched]
      done()
      cluster.objects.set(path, patched)
      return [200, patched]
    }
    const wanted = asRecord(body.preconditions).uid
    if (wanted !== undefined && wanted !== asRecord(object.metadata).uid)
      return [409, status(409, 'Conflict')]
    if (Array.isArray(body.dryRun)) return [200, status(200)]
    done()
    cluster.objects.delete(path)
    if (path === WORKLOAD_PATH && cluster.collects) cluster.pods = 0
    return [200, status(200)]
  }

  #lane(id: string, kind: LaneKind, i: number): Lane {
    return {
      id: kind === 'direct' ? `direct-${i}` : kind,
      kind,
      title: kind,
      endpoint: { server: `https://${id}`, insecureSkipTlsVerify: false },
      user: {},
      source: { file: 'test', context: id },
    }
  }
}

function uidOf(object: Record<string, unknown> | undefined): string | undefined {
  return object && String(asRecord(object.metadata).uid)
}

/** The schema that takes a request in somebody's name: the only one there is, if there is one. */
function takerOf(cluster: FakeCluster): string {
  const own = [...cluster.objects].find(([path]) => path.includes('/flowschemas/'))
  return own ? String(asRecord(own[1].metadata).uid) : 'stock'
}

function status(code: number, reason = 'Unknown', name?: string): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: code < 300 ? 'Success' : 'Failure',
    reason,
    code,
    details: { name },
  }
}
