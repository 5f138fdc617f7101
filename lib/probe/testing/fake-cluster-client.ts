import type { Clock } from '../../clock/clock'
import type { Cluster, Lane, LaneKind } from '../../fleet/types'
import type { ClusterClient, KubeRequest, KubeResult } from '../../kube/types'

/** How the fake server behaves for one request. */
export interface FakeReply {
  status?: number
  body?: string
  outcome?: KubeResult['outcome']
  /** Longer than the request's deadline means `timeout`. */
  latencyMs?: number
  retryAfterMs?: number
  bytes?: number
  truncated?: boolean
}

export interface FakeRequest {
  at: number
  lane: string
  path: string
  request: KubeRequest
}

const OBJECT = '{"metadata":{"uid":"u1","resourceVersion":"1"},"spec":{},"data":{"Corefile":".:53 {}"}}'

/** Answers every probe as a calm API server does. */
export function calmServer(_: Lane, { path }: KubeRequest): FakeReply {
  if (path === '/readyz' || path === '/livez') return { body: 'ok' }
  if (path === '/metrics') return { body: 'process_start_time_seconds 1.7e9\n' }
  if (path === '/version') return { body: '{"gitVersion":"v1.31.0","platform":"linux/amd64"}' }
  return { body: path.includes('limit=') ? '{"metadata":{},"items":[]}' : OBJECT }
}

/** A ClusterClient on a stepped clock that keeps to the contract: deadlines, abort, and never a throw. */
export class FakeClusterClient implements ClusterClient {
  readonly requests: FakeRequest[] = []
  inFlight = 0
  mostInFlight = 0

  constructor(
    private readonly clock: Clock,
    public reply: (lane: Lane, request: KubeRequest) => FakeReply = calmServer,
  ) {}

  /** Paths asked since `from`, with how often. */
  counts(from = 0): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { at, path } of this.requests) if (at >= from) counts[path] = (counts[path] ?? 0) + 1
    return counts
  }

  timesOf(path: string, lane?: string): number[] {
    return this.requests.filter(r => r.path === path && (!lane || r.lane === lane)).map(r => r.at)
  }

  async request(lane: Lane, request: KubeRequest): Promise<KubeResult> {
    const startedAt = this.clock.now()
    this.requests.push({ at: startedAt, lane: lane.id, path: request.path, request })
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight)
    const reply = this.reply(lane, request)
    const late = (reply.latencyMs ?? 1) > request.timeoutMs
    const aborted = await this.clock
      .sleep(Math.min(reply.latencyMs ?? 1, request.timeoutMs), request.signal)
      .then(
        () => false,
        () => true,
      )
    this.inFlight--
    const outcome = aborted ? 'aborted' : late ? 'timeout' : (reply.outcome ?? 'answer')
    const answered = outcome === 'answer'
    const status = answered ? (reply.status ?? 200) : 0
    const body = answered ? (reply.body ?? '') : ''
    if (request.onChunk && status === 200) request.onChunk(Buffer.from(body))
    return {
      outcome,
      laneId: lane.id,
      startedAt,
      durationMs: this.clock.now() - startedAt,
      status,
      headers: {},
      body: request.onChunk && status === 200 ? '' : body,
      truncated: reply.truncated ?? false,
      bytes: reply.bytes ?? body.length,
      retryAfterMs: reply.retryAfterMs,
      detail: `${outcome} ${status}`,
    }
  }

  async knock(): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {}
}

/** A cluster with lanes of the given kinds. */
export function fakeCluster(id: string, kinds: LaneKind[] = ['ordinary', 'exempt']): Cluster {
  let direct = 0
  return {
    id,
    name: id,
    region: 'eu-west',
    products: [],
    environment: 'production',
    labels: {},
    resolvers: [],
    lanes: kinds.map(kind => ({
      id: kind === 'direct' ? `direct-${++direct}` : kind,
      kind,
      title: kind,
      endpoint: { server: 'https://127.0.0.1:1', insecureSkipTlsVerify: false },
      user: {},
      source: { file: 'test', context: id },
    })),
  }
}
