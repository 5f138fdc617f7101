import type { SimulatedCluster } from '../fleet/cluster'
import { serverMetrics } from '../model/server-metrics'
import type { ServerMetrics } from '../model/types'
import { minorOf, RESOURCES } from '../objects/resource-table'
import { Exposition } from './exposition'
import { writeFlows } from './write-flows'

const requestLabels = (verb: string, group: string, resource: string, scope: string, subresource = '') =>
  `component="apiserver",dry_run="",group="${group}",resource="${resource}",scope="${scope}",subresource="${subresource}",verb="${verb}",version="v1"`

/** How requests other than the agents' divide. */
const OTHERS: [labels: string, share: number][] = [
  [requestLabels('PUT', 'coordination.k8s.io', 'leases', 'resource'), 0.42],
  [requestLabels('GET', '', 'nodes', 'resource'), 0.1],
  [requestLabels('PATCH', '', 'nodes', 'resource', 'status'), 0.12],
  [requestLabels('PATCH', '', 'pods', 'resource', 'status'), 0.13],
  [requestLabels('POST', '', 'events', 'namespace'), 0.08],
  [requestLabels('POST', '', 'serviceaccounts', 'resource', 'token'), 0.05],
  [requestLabels('GET', '', 'configmaps', 'resource'), 0.06],
  [requestLabels('LIST', '', 'services', 'cluster'), 0.02],
  [requestLabels('LIST', 'apps', 'replicasets', 'cluster'), 0.02],
]
const POD_LISTS = requestLabels('LIST', '', 'pods', 'cluster')
const DURATIONS: [labels: string, share: number][] = [
  [requestLabels('GET', '', 'nodes', 'resource'), 0.4],
  [requestLabels('PUT', 'coordination.k8s.io', 'leases', 'resource'), 0.6],
]
const ETCD: [labels: string, share: number][] = [
  ['operation="get",type="leases.coordination.k8s.io"', 0.35],
  ['operation="update",type="leases.coordination.k8s.io"', 0.45],
  ['operation="list",type="pods"', 0.2],
]
const WEBHOOK = 'policy.example.com'

/** What `/metrics` of one API server says, without the series that nobody of this project's kind reads. */
export function serverText(cluster: SimulatedCluster, index: number): string | undefined {
  const values = serverMetrics(cluster.model, index)
  if (!values) return undefined
  const out = new Exposition()
  writeRequests(out, values, cluster.served.requests(index, values.processStartSecond))
  writeFlows(out, cluster, index, values)
  writeStorage(out, cluster, values)
  writeWebhook(out, values)
  writeProcess(out, cluster, index, values)
  return out.toString()
}

/** Finished requests by their labels: the model's callers and those who really asked. */
function requestCounts(values: ServerMetrics, served: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (labels: string, count: number | undefined) => {
    if (count) counts.set(labels, (counts.get(labels) ?? 0) + count)
  }
  for (const [labels, share] of OTHERS) {
    const code = labels.includes('"POST"') ? 201 : 200
    add(`code="${code}",${labels}`, Math.floor(values.otherRequestsTotal * share))
  }
  add(`code="200",${POD_LISTS}`, values.podListsTotal)
  add(`code="403",${POD_LISTS}`, values.forbiddenTotal)
  add(`code="429",${POD_LISTS}`, values.rejectedTotal)
  add(`code="504",${POD_LISTS}`, values.terminatedTotal)
  for (const [labels, count] of served) add(labels, count)
  return counts
}

function writeRequests(out: Exposition, values: ServerMetrics, served: ReadonlyMap<string, number>): void {
  out.family(
    'apiserver_current_inflight_requests',
    'gauge',
    '[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
  )
  out.series('apiserver_current_inflight_requests', 'request_kind="mutating"', values.inflightMutating)
  // The request that asks is one of them.
  out.series('apiserver_current_inflight_requests', 'request_kind="readOnly"', values.inflightReadOnly + 1)
  out.family(
    'apiserver_longrunning_requests',
    'gauge',
    '[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.',
  )
  out.series(
    'apiserver_longrunning_requests',
    'component="apiserver",group="",resource="pods",scope="cluster",subresource="",verb="WATCH",version="v1"',
    Math.round(values.goroutines / 12),
  )
  if (values.terminatedTotal !== undefined) {
    out.family(
      'apiserver_request_terminations_total',
      'counter',
      '[ALPHA] Number of requests which apiserver terminated in self-defense.',
    )
    out.series(
      'apiserver_request_terminations_total',
      `code="504",${POD_LISTS.replace('dry_run="",', '')}`,
      values.terminatedTotal,
    )
  }
  out.family(
    'apiserver_request_total',
    'counter',
    '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
  )
  for (const [labels, count] of requestCounts(values, served))
    out.series('apiserver_request_total', labels, count)
  out.family(
    'apiserver_request_duration_seconds',
    'histogram',
    '[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
  )
  for (const [labels, share] of DURATIONS) {
    const counts = values.durationCounts.map(count => Math.floor(count * share))
    out.histogram(
      'apiserver_request_duration_seconds',
      labels,
      values.durationBounds,
      counts,
      values.durationSecondsTotal * share,
    )
  }
}

function writeStorage(out: Exposition, cluster: SimulatedCluster, values: ServerMetrics): void {
  out.family(
    'apiserver_storage_objects',
    'gauge',
    '[STABLE] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
  )
  for (const type of RESOURCES) {
    if (type.verbs.length === 1) continue
    const count =
      type.id === 'nodes' ? values.nodes : type.id === 'pods' ? values.pods : cluster.store.count(type.id)
    out.series('apiserver_storage_objects', `resource="${type.id}"`, count)
  }
  // Renamed in 1.28.
  const size =
    minorOf(cluster.model.kubernetesVersion) >= 28
      ? 'apiserver_storage_size_bytes'
      : 'apiserver_storage_db_total_size_in_bytes'
  const label =
    size === 'apiserver_storage_size_bytes'
      ? 'storage_cluster_id="etcd-0"'
      : 'endpoint="https://127.0.0.1:2379"'
  out
    .family(size, 'gauge', '[STABLE] Size of the storage database file physically allocated in bytes.')
    .series(size, label, values.storageBytes)
  out.family(
    'apiserver_watch_cache_initializations_total',
    'counter',
    '[ALPHA] Counter of watch cache initializations broken by resource type.',
  )
  for (const type of RESOURCES) {
    if (values.watchCacheReady && type.verbs.length > 1)
      out.series('apiserver_watch_cache_initializations_total', `resource="${type.id}"`, 1)
  }
  out.family(
    'etcd_request_duration_seconds',
    'histogram',
    '[ALPHA] Etcd request latency in seconds for each operation and object type.',
  )
  for (const [labels, share] of ETCD) {
    const count = Math.floor(values.etcdRequestsTotal * share)
    out.histogram(
      'etcd_request_duration_seconds',
      labels,
      [Number.POSITIVE_INFINITY],
      [count],
      values.etcdSecondsTotal * share,
    )
  }
}

function writeWebhook(out: Exposition, values: ServerMetrics): void {
  const duration = 'apiserver_admission_webhook_admission_duration_seconds'
  if (values.webhookCallsTotal > 0) {
    out.family(
      duration,
      'histogram',
      '[STABLE] Admission webhook latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
    )
    const labels = `name="${WEBHOOK}",operation="CREATE",rejected="false",type="validating"`
    out.histogram(
      duration,
      labels,
      [Number.POSITIVE_INFINITY],
      [values.webhookCallsTotal],
      values.webhookSecondsTotal,
    )
  }
  if (values.webhookRejectionsTotal === undefined) return
  const rejections = 'apiserver_admission_webhook_rejection_count'
  out.family(
    rejections,
    'counter',
    '[ALPHA] Admission webhook rejection count, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify an error type (calling_webhook_error or apiserver_internal_error if an error occurred; no_error otherwise) and optionally a non-zero rejection code if the webhook rejects the request with an HTTP status code (honored by the apiserver when the code is greater or equal to 400). Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.',
  )
  out.series(
    rejections,
    `error_type="calling_webhook_error",name="${WEBHOOK}",operation="CREATE",rejection_code="0",type="validating"`,
    values.webhookRejectionsTotal,
  )
}

function writeProcess(
  out: Exposition,
  cluster: SimulatedCluster,
  index: number,
  values: ServerMetrics,
): void {
  const version = cluster.model.kubernetesVersion
  out
    .family('go_goroutines', 'gauge', 'Number of goroutines that currently exist.')
    .series('go_goroutines', '', values.goroutines)
  out.family(
    'kubernetes_build_info',
    'gauge',
    "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
  )
  out.series(
    'kubernetes_build_info',
    `build_date="2024-11-20T12:00:00Z",compiler="gc",git_commit="0000000000000000000000000000000000000000",git_tree_state="clean",git_version="${version}",go_version="go1.22.8",major="1",minor="${minorOf(version)}",platform="linux/amd64"`,
    1,
  )
  out
    .family('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.')
    .series('process_cpu_seconds_total', '', Math.round(values.cpuSecondsTotal * 100) / 100)
  out
    .family('process_open_fds', 'gauge', 'Number of open file descriptors.')
    .series('process_open_fds', '', Math.round(values.goroutines / 3))
  out
    .family('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.')
    .series('process_resident_memory_bytes', '', values.residentBytes)
  out.family('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.')
  // Hundredths tell apart the servers that began in the same second.
  out.series(
    'process_start_time_seconds',
    '',
    cluster.startAt / 1000 + values.processStartSecond + (index + 1) / 100,
  )
}
