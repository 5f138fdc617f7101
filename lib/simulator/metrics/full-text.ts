import type { SimulatedCluster } from '../fleet/cluster'
import { serverMetrics } from '../model/server-metrics'
import { RESOURCES } from '../objects/resource-table'
import { Exposition } from './exposition'

/** Finite buckets of API request and etcd histograms of a current server. */
const BOUNDS = [
  0.005,
  0.025,
  0.05,
  0.1,
  0.2,
  0.4,
  0.6,
  0.8,
  1,
  1.25,
  1.5,
  2,
  3,
  4,
  5,
  6,
  8,
  10,
  15,
  20,
  30,
  45,
  60,
  Number.POSITIVE_INFINITY,
]
const VERBS = ['APPLY', 'DELETE', 'GET', 'LIST', 'PATCH', 'POST', 'PUT', 'WATCH']
const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, Number.POSITIVE_INFINITY]
const SCOPES = ['cluster', 'resource']

/**
 * The bulk of a real server's text that nobody reads: histograms by verb, resource and scope. Their sums are parts of
 * the model's count of requests, so they grow as it does.
 */
export function fullText(cluster: SimulatedCluster, server: number): string {
  const values = serverMetrics(cluster.model, server)
  if (!values) return ''
  const total = values.otherRequestsTotal
  const out = new Exposition()
  const families: [name: string, help: string, bounds: number[]][] = [
    [
      'apiserver_request_sli_duration_seconds',
      '[STABLE] Response latency distribution (not counting webhook duration and priority & fairness queue wait times) in seconds for each verb, group, version, resource, subresource, scope and component.',
      BOUNDS,
    ],
    [
      'apiserver_request_body_size_bytes',
      '[ALPHA] Apiserver request body size in bytes broken out by resource and verb.',
      SIZES,
    ],
    [
      'apiserver_response_sizes',
      '[STABLE] Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.',
      SIZES,
    ],
  ]
  for (const [name, help, bounds] of families) {
    out.family(name, 'histogram', help)
    forEachLabels((labels, share) => {
      const count = Math.floor(total * share)
      out.histogram(name, labels, bounds, spread(count, bounds.length), count * 0.004)
    })
  }
  out.family('apiserver_watch_events_total', 'counter', '[ALPHA] Number of events sent in watch clients')
  for (const { group, kind } of RESOURCES) {
    out.series(
      'apiserver_watch_events_total',
      `group="${group}",kind="${kind}",version="v1"`,
      Math.floor(total * 0.01),
    )
  }
  return out.toString()
}

function forEachLabels(write: (labels: string, share: number) => void): void {
  const count = RESOURCES.length * VERBS.length * SCOPES.length
  for (const { group, plural } of RESOURCES)
    for (const verb of VERBS)
      for (const scope of SCOPES)
        write(
          `component="apiserver",dry_run="",group="${group}",resource="${plural}",scope="${scope}",subresource="",verb="${verb}",version="v1"`,
          1 / count,
        )
}

/** Cumulative counts that grow with the total in every bucket. */
function spread(count: number, buckets: number): number[] {
  return Array.from({ length: buckets }, (_, i) =>
    i === buckets - 1 ? count : Math.floor(count * (1 - 0.6 ** (i + 1))),
  )
}
