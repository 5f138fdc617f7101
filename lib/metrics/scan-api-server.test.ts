import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createApiServerScan } from './scan-api-server'

// Measured on kube-apiserver 1.20.2 while 60 callers listed all pods.
const overloaded = gunzipSync(
  readFileSync(new URL('./fixtures/metrics-v1.20.2-overloaded.txt.gz', import.meta.url)),
)

function scan(text: string | Uint8Array, step = 65_536) {
  const bytes = Buffer.from(text)
  const reader = createApiServerScan()
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step))
  return reader.finish({ complete: true })
}

/** Sums the values of all lines that match, by plain string handling. */
function sumOf(pattern: RegExp): number {
  const lines = overloaded.toString().split('\n')
  return lines
    .filter(line => pattern.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('createApiServerScan on a whole text of 1.20', () => {
  const sample = scan(overloaded)

  it('reads what tells of the process', () => {
    expect(sample.version).toBe('v1.20.2')
    expect(sample.processStartAt).toBe(Math.round(sumOf(/^process_start_time_seconds /) * 1000))
    expect(sample.cpuSecondsTotal).toBe(sumOf(/^process_cpu_seconds_total /))
    expect(sample.residentBytes).toBe(sumOf(/^process_resident_memory_bytes /))
    expect(sample.goroutines).toBe(sumOf(/^go_goroutines /))
    expect(sample.storageBytes).toBe(179_236_864)
    expect(sample.longRunningRequests).toBe(sumOf(/^apiserver_longrunning_gauge/))
    expect(sample.scannedBytes).toBe(overloaded.length)
    expect(sample.damage).toBeUndefined()
  })

  it('shows the running LISTs in flight, although hardly any has finished', () => {
    expect(sample.inflightReadOnly).toBe(68)
    expect(sample.inflightMutating).toBe(0)
    expect(sample.listsByResource.pods).toBe(sumOf(/^apiserver_request_total.*resource="pods".*verb="LIST"/))
    expect(sample.flowSchemas.find(s => s.name === 'service-accounts')).toMatchObject({
      priorityLevel: 'workload-low',
      executingRequests: 61,
      // A server that does not tell seats: one request, one seat.
      executingSeats: 61,
    })
    expect(sample.priorityLevels.find(l => l.name === 'workload-low')).toMatchObject({
      limitSeats: sumOf(/^apiserver_flowcontrol_request_concurrency_limit{priority_level="workload-low"/),
      executingSeats: 61,
      inqueueRequests: 0,
    })
  })

  it('leaves absent what has no series: nothing was rejected or terminated yet', () => {
    expect(sample.priorityLevels.every(level => level.rejectedTotal === undefined)).toBe(true)
    expect(sample.terminationsTotal).toBeUndefined()
    expect(sample.watchCacheNotReady).toBeUndefined()
  })

  it('counts requests and durations without those that stay open by design', () => {
    const finished = Object.values(sample.requestsByCode).reduce((a, b) => a + b, 0)
    expect(finished).toBe(
      sumOf(/^apiserver_request_total/) - sumOf(/^apiserver_request_total.*verb="(WATCH|CONNECT)"/),
    )
    const { le, cumulative, sumSeconds } = sample.requestDuration ?? { le: [], cumulative: [], sumSeconds: 0 }
    expect(le).toHaveLength(38)
    expect(le.at(-1)).toBe(Number.POSITIVE_INFINITY)
    expect([...le].sort((a, b) => a - b)).toEqual(le)
    expect([...cumulative].sort((a, b) => a - b)).toEqual(cumulative)
    expect(cumulative.at(-1)).toBe(finished)
    expect(sumSeconds).toBeCloseTo(
      sumOf(/^apiserver_request_duration_seconds_sum/) -
        sumOf(/^apiserver_request_duration_seconds_sum.*verb="(WATCH|CONNECT)"/),
      6,
    )
    expect(sample.etcdRequests?.count).toBe(sumOf(/^etcd_request_duration_seconds_count/))
  })

  it('reads the same from chunks of 1 KB as from one of 1 MB', () => {
    expect(scan(overloaded, 1021)).toEqual(scan(overloaded, 1 << 20))
  })
})

describe('createApiServerScan over versions', () => {
  it('prefers the newest family of object counts, for each resource, and knows that -1 means unknown', () => {
    const sample = scan(`apiserver_resource_objects{group="",resource="pods"} 3
apiserver_resource_objects{group="apps",resource="daemonsets"} 4
apiserver_storage_objects{resource="pods"} 30
apiserver_storage_objects{resource="nodes"} 5
apiserver_storage_objects{resource="secrets"} -1
etcd_object_counts{resource="pods"} 300
`)
    expect(sample.objectsByResource).toEqual({ pods: 3, 'daemonsets.apps': 4, nodes: 5 })
  })

  it('takes the limit in seats before the older one in requests, in either order', () => {
    const lines = [
      'apiserver_flowcontrol_nominal_limit_seats{priority_level="workload-low"} 245',
      'apiserver_flowcontrol_request_concurrency_limit{priority_level="workload-low"} 300',
      'apiserver_flowcontrol_current_executing_seats{flow_schema="a",priority_level="workload-low"} 12',
      'apiserver_flowcontrol_current_executing_seats{flow_schema="b",priority_level="workload-low"} 8',
      'apiserver_flowcontrol_current_executing_requests{flow_schema="a",priority_level="workload-low"} 2',
      'apiserver_flowcontrol_rejected_requests_total{flow_schema="a",priority_level="workload-low",reason="queue-full"} 5',
      'apiserver_flowcontrol_rejected_requests_total{flow_schema="a",priority_level="workload-low",reason="time-out"} 6',
    ]
    for (const order of [lines, [...lines].reverse()]) {
      const sample = scan(`${order.join('\n')}\n`)
      expect(sample.priorityLevels).toEqual([
        {
          name: 'workload-low',
          limitSeats: 245,
          executingSeats: 20,
          executingRequests: 2,
          rejectedTotal: 11,
        },
      ])
      expect(sample.flowSchemas.map(s => [s.name, s.executingSeats, s.rejectedTotal])).toEqual([
        ['a', 12, 11],
        ['b', 8, undefined],
      ])
    }
  })

  it('tells webhooks that fail from webhooks that refuse', () => {
    const sample =
      scan(`apiserver_admission_webhook_admission_duration_seconds_sum{name="a.b",operation="CREATE",rejected="false",type="validating"} 20
apiserver_admission_webhook_admission_duration_seconds_sum{name="a.b",operation="UPDATE",rejected="false",type="validating"} 10
apiserver_admission_webhook_admission_duration_seconds_count{name="a.b",operation="CREATE",rejected="false",type="validating"} 3
apiserver_admission_webhook_rejection_count{error_type="no_error",name="a.b",operation="CREATE",rejection_code="403",type="validating"} 4
apiserver_admission_webhook_rejection_count{error_type="calling_webhook_error",name="a.b",operation="CREATE",rejection_code="0",type="validating"} 5
apiserver_admission_webhook_fail_open_count{name="a.b",type="validating"} 1
`)
    expect(sample.webhooks).toEqual([{ name: 'a.b', count: 3, sumSeconds: 30, rejections: 9, callErrors: 6 }])
  })

  it('names the watch caches that are not ready, and says when all are', () => {
    expect(
      scan(
        'apiserver_watch_cache_ready{resource="pods"} 0\napiserver_watch_cache_ready{resource="nodes"} 1\n',
      ).watchCacheNotReady,
    ).toEqual(['pods'])
    expect(scan('apiserver_watch_cache_ready{resource="pods"} 1\n').watchCacheNotReady).toEqual([])
  })

  it('keeps the 20 resources that are listed most', () => {
    const text = Array.from(
      { length: 30 },
      (_, i) => `apiserver_request_total{code="200",resource="r${i}",verb="LIST"} ${i}\n`,
    )
    const { listsByResource } = scan(text.join(''))
    expect(Object.keys(listsByResource)).toHaveLength(20)
    expect(listsByResource.r29).toBe(29)
    expect(listsByResource.r9).toBeUndefined()
  })

  it('says of a page that is no metrics that there was nothing to read', () => {
    const sample = scan('<html><body>503 Service Unavailable</body></html>\n')
    expect(sample.damage).toContain('no series of an API server')
    expect(sample.requestDuration).toBeUndefined()
    expect(sample.priorityLevels).toEqual([])
  })

  it('keeps hostile names as data', () => {
    const { requestsByCode, objectsByResource } = scan(
      'apiserver_request_total{code="__proto__",verb="GET"} 1\netcd_object_counts{resource="constructor"} 2\n',
    )
    expect(Object.entries(requestsByCode)).toEqual([['__proto__', 1]])
    expect(Object.entries(objectsByResource)).toEqual([['constructor', 2]])
  })
})
