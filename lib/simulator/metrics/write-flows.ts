import type { SimulatedCluster } from '../fleet/cluster'
import type { FlowMetrics, ServerMetrics } from '../model/types'
import { minorOf } from '../objects/resource-table'
import type { Exposition } from './exposition'

const AGENT_FLOW = 'service-accounts'
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'
const IDLE = { limitSeats: 0, executingRequests: 0, executingSeats: 0, queuedRequests: 0, dispatchedTotal: 0 }
/** Flows in which nothing runs, whose series exist all the same. */
const QUIET_FLOWS: [flowSchema: string, priorityLevel: string][] = [
  ['catch-all', 'catch-all'],
  ['endpoint-controller', 'workload-high'],
  ['exempt', 'exempt'],
  ['kube-scheduler', 'workload-high'],
  ['kube-system-service-accounts', 'workload-high'],
  ['probes', 'exempt'],
  ['system-leader-election', 'leader-election'],
  ['workload-leader-election', 'leader-election'],
]

/** The flows with the agents' rejections filed by FlowSchema. */
function flowsOf(cluster: SimulatedCluster, index: number, values: ServerMetrics): FlowMetrics[] {
  const { coupling } = cluster
  const agents = values.flows.find(flow => flow.flowSchema === AGENT_FLOW)
  const rejections = coupling.settleRejections(index, values.processStartSecond, values.rejectedTotal ?? 0)
  const flows = values.flows.map(flow => (flow === agents ? { ...flow, rejectedTotal: undefined } : flow))
  const by = coupling.rejectedBy
  const reallyAsked = cluster.served.rejections(index, values.processStartSecond)
  for (const { flowSchema, priorityLevel, total } of [
    ...rejections.map(({ owner, total }) => ({ ...owner, total })),
    ...reallyAsked,
  ]) {
    const known = flows.find(flow => flow.flowSchema === flowSchema)
    if (known) known.rejectedTotal = (known.rejectedTotal ?? 0) + total
    else flows.push({ ...IDLE, flowSchema, priorityLevel, rejectedTotal: total })
  }
  const now = flows.find(flow => flow.flowSchema === by?.flowSchema)
  const before = flows.find(flow => flow.flowSchema === AGENT_FLOW)
  if (now && before && now !== before) {
    Object.assign(now, { executingRequests: before.executingRequests, executingSeats: before.executingSeats })
    Object.assign(before, { executingRequests: 0, executingSeats: 0, queuedRequests: 0 })
  }
  return flows
}

/** The families of priority and fairness. */
export function writeFlows(
  out: Exposition,
  cluster: SimulatedCluster,
  index: number,
  values: ServerMetrics,
): void {
  const flows = flowsOf(cluster, index, values)
  const write = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    pick: (flow: FlowMetrics) => number | undefined,
    quiet: boolean,
  ) => {
    if (!quiet && flows.every(flow => pick(flow) === undefined)) return
    const full = `apiserver_flowcontrol_${name}`
    out.family(full, type, help)
    const reason = name === 'rejected_requests_total'
    for (const flow of flows) {
      const why = flow.flowSchema === AGENT_FLOW ? 'time-out' : 'concurrency-limit'
      const more = reason ? `,reason="${why}"` : ''
      out.series(
        full,
        `flow_schema="${flow.flowSchema}",priority_level="${flow.priorityLevel}"${more}`,
        pick(flow),
      )
    }
    if (quiet)
      for (const [schema, level] of QUIET_FLOWS)
        out.series(full, `flow_schema="${schema}",priority_level="${level}"`, 0)
  }
  write(
    'current_executing_requests',
    'gauge',
    '[BETA] Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem',
    flow => flow.executingRequests,
    true,
  )
  if (minorOf(cluster.model.kubernetesVersion) >= 28) {
    write(
      'current_executing_seats',
      'gauge',
      '[BETA] Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem',
      flow => flow.executingSeats,
      true,
    )
  }
  write(
    'current_inqueue_requests',
    'gauge',
    '[BETA] Number of requests currently pending in queues of the API Priority and Fairness subsystem',
    flow => flow.queuedRequests,
    true,
  )
  write(
    'dispatched_requests_total',
    'counter',
    '[BETA] Number of requests executed by API Priority and Fairness subsystem',
    flow => flow.dispatchedTotal || undefined,
    false,
  )
  write(
    'rejected_requests_total',
    'counter',
    '[BETA] Number of requests rejected by API Priority and Fairness subsystem',
    flow => flow.rejectedTotal,
    false,
  )
  out.family(
    'apiserver_flowcontrol_nominal_limit_seats',
    'gauge',
    '[BETA] Nominal number of execution seats configured for each priority level',
  )
  for (const level of cluster.store.list(LEVELS)) {
    const labels = `priority_level="${level.metadata.name}"`
    out.series('apiserver_flowcontrol_nominal_limit_seats', labels, cluster.coupling.seatsOf(level))
  }
  const wait = 'apiserver_flowcontrol_request_wait_duration_seconds'
  out.family(wait, 'histogram', '[BETA] Length of time a request spent waiting in its queue')
  for (const { flowSchema, priorityLevel, dispatchedTotal } of flows) {
    if (dispatchedTotal === 0) continue
    const labels = `execute="true",flow_schema="${flowSchema}",priority_level="${priorityLevel}"`
    const waited = flowSchema === AGENT_FLOW ? cluster.waits.seconds(index, values.processStartSecond) : 0
    out.histogram(wait, labels, [Number.POSITIVE_INFINITY], [dispatchedTotal], waited)
  }
}
