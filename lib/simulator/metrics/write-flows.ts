import type { SimulatedCluster } from '../fleet/cluster'
import type { FlowMetrics, ServerMetrics } from '../model/types'
import { minorOf } from '../objects/resource-table'
import type { Exposition } from './exposition'

const AGENT_FLOW = 'service-accounts'
/** Levels with their seats of 600, in the order of the text. */
const LEVELS: [name: string, seats: number][] = [
  ['catch-all', 13],
  ['exempt', 0],
  ['global-default', 49],
  ['leader-election', 25],
  ['node-high', 98],
  ['system', 74],
  ['workload-high', 98],
  ['workload-low', 245],
]
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
  for (const { owner, total } of rejections) {
    const known = flows.find(flow => flow.flowSchema === owner.flowSchema)
    if (known) known.rejectedTotal = total
    else
      flows.push({
        ...owner,
        limitSeats: coupling.seatsOfLevel(owner.priorityLevel),
        executingRequests: 0,
        executingSeats: 0,
        queuedRequests: 0,
        dispatchedTotal: 0,
        rejectedTotal: total,
      })
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
      const why =
        cluster.coupling.rejectedBy?.flowSchema === flow.flowSchema ? 'concurrency-limit' : 'time-out'
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
  const scale = cluster.model.inflightLimit / 600
  for (const [level, seats] of LEVELS)
    out.series(
      'apiserver_flowcontrol_nominal_limit_seats',
      `priority_level="${level}"`,
      Math.ceil(seats * scale),
    )
  for (const flow of flows) {
    if (LEVELS.some(([level]) => level === flow.priorityLevel)) continue
    out.series(
      'apiserver_flowcontrol_nominal_limit_seats',
      `priority_level="${flow.priorityLevel}"`,
      flow.limitSeats,
    )
  }
}
