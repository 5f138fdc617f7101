import { FlowControlFold } from './fold-flow-control'
import type { ApiServerSample, WebhookSample } from './types'

/** Bounds on what a sample may hold, whatever the server exposes. */
const MAX_RESOURCES = 2000
const MAX_WEBHOOKS = 200
const MAX_CODES = 100
const MAX_NAMES = 100
const MAX_LISTS = 20
const MAX_BUCKETS = 200

/** Requests that stay open by design; their duration and number say nothing of service. */
const LONG_RUNNING = new Set(['WATCH', 'WATCHLIST', 'CONNECT'])

type Labels = readonly string[]
type Fold = (sample: SampleFold, value: number, labels: Labels) => void

/**
 * The families that are kept, the labels that are read, and where each sample goes. Names over versions:
 * object counts moved from `etcd_object_counts` (to 1.21) over `apiserver_storage_objects` (1.22 to 1.3x) to
 * `apiserver_resource_objects` (from 1.34); seats came with 1.26, before it the limit counted requests.
 */
export const API_SERVER_FAMILIES: Readonly<Record<string, { labels: Labels; fold: Fold }>> = {
  process_start_time_seconds: gauge((s, v) => {
    s.out.processStartAt = Math.round(v * 1000)
  }),
  process_cpu_seconds_total: gauge((s, v) => {
    s.out.cpuSecondsTotal = v
  }),
  process_resident_memory_bytes: gauge((s, v) => {
    s.out.residentBytes = v
  }),
  go_goroutines: gauge((s, v) => {
    s.out.goroutines = v
  }),
  kubernetes_build_info: {
    labels: ['git_version', 'gitVersion'],
    fold: (s, _, [name, older]) => {
      s.out.version = (name || older || '').slice(0, 64) || undefined
    },
  },
  apiserver_request_total: {
    labels: ['verb', 'code', 'resource', 'group'],
    fold: (s, v, labels) => s.request(v, labels),
  },
  apiserver_request_duration_seconds_bucket: {
    labels: ['le', 'verb'],
    fold: (s, v, [le = '', verb = '']) => {
      if (!LONG_RUNNING.has(verb)) s.bucket(le, v)
    },
  },
  apiserver_request_duration_seconds_sum: {
    labels: ['verb'],
    fold: (s, v, [verb = '']) => {
      if (!LONG_RUNNING.has(verb)) s.durationSum += v
    },
  },
  apiserver_current_inflight_requests: {
    labels: ['request_kind', 'requestKind'],
    fold: (s, v, [kind, older]) => s.inflight(kind || older || '', v),
  },
  apiserver_longrunning_requests: sum('longRunningRequests'),
  apiserver_longrunning_gauge: sum('longRunningRequests'),
  apiserver_request_terminations_total: sum('terminationsTotal'),
  apiserver_resource_objects: {
    labels: ['resource', 'group'],
    fold: (s, v, labels) => s.objects(2, v, labels),
  },
  apiserver_storage_objects: { labels: ['resource'], fold: (s, v, labels) => s.objects(1, v, labels) },
  etcd_object_counts: { labels: ['resource'], fold: (s, v, labels) => s.objects(0, v, labels) },
  // Each etcd endpoint holds a whole copy, so the largest counts.
  apiserver_storage_size_bytes: largest('storageBytes'),
  apiserver_storage_db_total_size_in_bytes: largest('storageBytes'),
  etcd_db_total_size_in_bytes: largest('storageBytes'),
  etcd_request_duration_seconds_count: gauge((s, v) => {
    s.etcdCount = (s.etcdCount ?? 0) + v
  }),
  etcd_request_duration_seconds_sum: gauge((s, v) => {
    s.etcdSum += v
  }),
  apiserver_watch_cache_ready: {
    labels: ['resource', 'group'],
    fold: (s, v, labels) => {
      s.out.watchCacheNotReady ??= []
      if (v === 0 && s.out.watchCacheNotReady.length < MAX_NAMES)
        s.out.watchCacheNotReady.push(resourceName(labels))
    },
  },
  apiserver_admission_webhook_admission_duration_seconds_count: {
    labels: ['name'],
    fold: (s, v, [name = '']) => s.webhook(name, hook => (hook.count += v)),
  },
  apiserver_admission_webhook_admission_duration_seconds_sum: {
    labels: ['name'],
    fold: (s, v, [name = '']) => s.webhook(name, hook => (hook.sumSeconds += v)),
  },
  apiserver_admission_webhook_rejection_count: {
    labels: ['name', 'error_type'],
    fold: (s, v, [name = '', errorType]) =>
      s.webhook(name, hook => {
        hook.rejections = (hook.rejections ?? 0) + v
        if (errorType !== 'no_error') hook.callErrors = (hook.callErrors ?? 0) + v
      }),
  },
  apiserver_admission_webhook_fail_open_count: {
    labels: ['name'],
    fold: (s, v, [name = '']) => s.webhook(name, hook => (hook.callErrors = (hook.callErrors ?? 0) + v)),
  },
  ...flowControl('apiserver_flowcontrol_rejected_requests_total', 'rejectedTotal'),
  ...flowControl('apiserver_flowcontrol_dispatched_requests_total', 'dispatchedTotal'),
  ...flowControl('apiserver_flowcontrol_current_inqueue_requests', 'inqueueRequests'),
  ...flowControl('apiserver_flowcontrol_current_executing_requests', 'executingRequests'),
  ...flowControl('apiserver_flowcontrol_current_executing_seats', 'executingSeats'),
  apiserver_flowcontrol_nominal_limit_seats: {
    labels: ['priority_level'],
    fold: (s, v, [level = '']) => s.flow.limit(level, v, true),
  },
  apiserver_flowcontrol_request_concurrency_limit: {
    labels: ['priority_level'],
    fold: (s, v, [level = '']) => s.flow.limit(level, v, false),
  },
}

/** Gathers samples into an ApiServerSample; absent families stay undefined. */
export class SampleFold {
  readonly out: ApiServerSample = {
    requestsByCode: {},
    listsByResource: {},
    priorityLevels: [],
    flowSchemas: [],
    objectsByResource: {},
    webhooks: [],
    scannedBytes: 0,
    keptSeries: 0,
    seenSeries: 0,
  }
  readonly flow = new FlowControlFold()
  durationSum = 0
  etcdCount: number | undefined
  etcdSum = 0
  readonly #codes = new Map<string, number>()
  readonly #lists = new Map<string, number>()
  readonly #buckets = new Map<string, { cumulative: number }>()
  readonly #webhooks = new Map<string, WebhookSample>()
  /** By age of the family: `etcd_object_counts`, `apiserver_storage_objects`, `apiserver_resource_objects`. */
  readonly #objects = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]

  request(value: number, [verb = '', code = '', resource = '', group = '']: Labels): void {
    if (LONG_RUNNING.has(verb) || !Number.isFinite(value)) return
    add(this.#codes, code, value, MAX_CODES)
    if (verb === 'LIST' && resource) add(this.#lists, resourceName([resource, group]), value, MAX_RESOURCES)
  }

  bucket(le: string, value: number): void {
    const known = this.#buckets.get(le)
    if (!Number.isFinite(value)) return
    // A third of all lines are buckets: one look-up each, nothing stored anew.
    if (known) known.cumulative += value
    else if (this.#buckets.size < MAX_BUCKETS) this.#buckets.set(le, { cumulative: value })
  }

  inflight(kind: string, value: number): void {
    if (kind === 'readOnly') this.out.inflightReadOnly = value
    if (kind === 'mutating') this.out.inflightMutating = value
  }

  /** The server writes -1 where counting failed: unknown, not a number of objects. */
  objects(age: number, value: number, labels: Labels): void {
    const counts = this.#objects[age]
    if (counts && value >= 0 && Number.isFinite(value))
      add(counts, resourceName(labels), value, MAX_RESOURCES)
  }

  webhook(name: string, change: (hook: WebhookSample) => void): void {
    let hook = this.#webhooks.get(name)
    if (!hook) {
      if (this.#webhooks.size >= MAX_WEBHOOKS) return
      hook = { name: name.slice(0, 253), count: 0, sumSeconds: 0 }
      this.#webhooks.set(name, hook)
    }
    change(hook)
  }

  finish(): ApiServerSample {
    const { out } = this
    out.requestsByCode = Object.fromEntries(this.#codes)
    out.listsByResource = Object.fromEntries([...this.#lists].sort((a, b) => b[1] - a[1]).slice(0, MAX_LISTS))
    out.objectsByResource = Object.fromEntries(this.#objects.flatMap(counts => [...counts]))
    out.webhooks = [...this.#webhooks.values()]
    if (this.etcdCount !== undefined) out.etcdRequests = { count: this.etcdCount, sumSeconds: this.etcdSum }
    out.requestDuration = this.#histogram()
    Object.assign(out, this.flow.finish())
    return out
  }

  #histogram(): ApiServerSample['requestDuration'] {
    const rows = [...this.#buckets]
      .map(([le, { cumulative }]) => ({
        le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
        cumulative,
      }))
      .filter(row => !Number.isNaN(row.le))
      .sort((a, b) => a.le - b.le)
    if (rows.at(-1)?.le !== Number.POSITIVE_INFINITY) return undefined
    return {
      le: rows.map(row => row.le),
      cumulative: rows.map(row => row.cumulative),
      sumSeconds: this.durationSum,
    }
  }
}

function gauge(fold: (s: SampleFold, value: number) => void) {
  return {
    labels: [],
    fold: (s: SampleFold, value: number) => {
      if (Number.isFinite(value)) fold(s, value)
    },
  }
}

function sum(field: 'longRunningRequests' | 'terminationsTotal') {
  return gauge((s, v) => {
    s.out[field] = (s.out[field] ?? 0) + v
  })
}

function largest(field: 'storageBytes') {
  return gauge((s, v) => {
    s.out[field] = Math.max(s.out[field] ?? 0, v)
  })
}

function flowControl(family: string, field: Parameters<FlowControlFold['add']>[0]) {
  return {
    [family]: {
      labels: ['priority_level', 'flow_schema'],
      fold: (s: SampleFold, v: number, [level = '', schema = '']: Labels) =>
        s.flow.add(field, v, level, schema),
    },
  }
}

/** `daemonsets.apps`, `pods`: as the older families write it. */
function resourceName([resource = '', group = '']: Labels): string {
  return (group ? `${resource}.${group}` : resource).slice(0, 253)
}

function add(map: Map<string, number>, key: string, value: number, limit: number): void {
  const known = map.get(key)
  if (known !== undefined) map.set(key, known + value)
  else if (map.size < limit) map.set(key, value)
}
