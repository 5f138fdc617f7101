import type { Cluster } from '../fleet/types'
import {
  eachServer,
  exemptLane,
  hasDirectLanes,
  inventoryLane,
  metricsLane,
  ordinaryLane,
} from './choose-lane'
import type { JobContext, ProbeJob } from './probe-job'
import { runCanary } from './run-canary'
import { runHealthCheck } from './run-health-check'
import { runCorefile, runLease, runVersion, runWorkloads } from './run-inventory'
import { runMetrics } from './run-metrics'

const SECOND = 1000
const MINUTE = 60 * SECOND

/**
 * Everything that is asked of an API server, about 17 requests a minute while calm whatever the cluster's size.
 * Never among it: a LIST or WATCH of pods, nodes, endpoints, events or secrets.
 */
export const PROBE_JOBS: readonly ProbeJob[] = [
  {
    name: 'readyz',
    ...vital(15 * SECOND, 10 * SECOND),
    exempt: true,
    lane: cluster => cluster.lanes[0],
    run: context => runHealthCheck('readyz', context),
  },
  {
    // A green readyz includes livez; where API servers have addresses of their own, it shows one that is gone.
    name: 'livez',
    ...vital(30 * SECOND, 10 * SECOND),
    calmMs: cluster => (hasDirectLanes(cluster) ? 15 : 30) * SECOND,
    exempt: true,
    lane: eachServer,
    run: context => runHealthCheck('livez', context),
  },
  {
    name: 'canary',
    ...vital(15 * SECOND, 5 * SECOND),
    lane: ordinaryLane,
    run: context => runCanary('canary', context),
  },
  {
    name: 'exempt-canary',
    ...vital(30 * SECOND, 10 * SECOND),
    lane: exemptLane,
    run: context => runCanary('exempt-canary', context),
  },
  { name: 'metrics', ...costly(45 * SECOND, 45 * SECOND, 2 * MINUTE), lane: metricsLane, run: runMetrics },
  inventory('lease', 60 * SECOND, 15 * SECOND, 2 * MINUTE, runLease),
  inventory('daemonsets', MINUTE, 2 * MINUTE, 5 * MINUTE, context => runWorkloads('DaemonSet', context)),
  inventory('deployments', 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, context =>
    runWorkloads('Deployment', context),
  ),
  inventory('statefulsets', 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, context =>
    runWorkloads('StatefulSet', context),
  ),
  calmOnly('version', runVersion),
  calmOnly('coredns', context => runCorefile('coredns', context)),
  calmOnly('node-local-dns', context => runCorefile('node-local-dns', context)),
]

function vital(calm: number, distressMs: number) {
  return { calmMs: (_: Cluster) => calm, distressMs, maxMs: distressMs, kind: 'vital' as const }
}

function costly(calm: number, distressMs: number, maxMs: number) {
  return { calmMs: (_: Cluster) => calm, distressMs, maxMs, kind: 'costly' as const }
}

function inventory(
  name: string,
  calm: number,
  distressMs: number,
  maxMs: number,
  run: (context: JobContext) => ReturnType<ProbeJob['run']>,
): ProbeJob {
  return { name, ...costly(calm, distressMs, maxMs), lane: inventoryLane, run }
}

function calmOnly(name: string, run: ProbeJob['run']): ProbeJob {
  return { ...inventory(name, 5 * MINUTE, 5 * MINUTE, 10 * MINUTE, run), kind: 'calm-only' }
}
