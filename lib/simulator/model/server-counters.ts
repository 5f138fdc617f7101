import { DURATION_BOUNDS, DURATION_LOT_SECONDS } from './constants'
import type { ModelCluster, ModelServer } from './types'

/** Admission webhooks see the few writes that are neither leases nor status. */
const WEBHOOK_SHARE = 0.02
const WEBHOOK_SECONDS = 0.008
const WEBHOOK_TIMEOUT_SECONDS = 10

/** Counts one second of light requests with their mean latency. */
export function countRequests(
  cluster: ModelCluster,
  server: ModelServer,
  light: number,
  latencySeconds: number,
): void {
  server.etcdRequestsTotal += light
  server.etcdSecondsTotal += light * cluster.etcdLatencySeconds
  const calls = light * WEBHOOK_SHARE
  const failing = calls * cluster.webhookDownShare
  server.webhookCallsTotal += calls
  server.webhookSecondsTotal += failing * WEBHOOK_TIMEOUT_SECONDS + (calls - failing) * WEBHOOK_SECONDS
  server.webhookRejectionsTotal += failing
  if (cluster.second % DURATION_LOT_SECONDS !== 0) return

  const lot = light * DURATION_LOT_SECONDS
  const bounds = DURATION_BOUNDS
  for (let i = 0; i < bounds.length; i++) {
    const within = 1 - Math.exp(-(bounds[i] as number) / latencySeconds)
    server.durations[i] = (server.durations[i] as number) + lot * within
  }
  server.durationSecondsTotal += lot * latencySeconds
}
