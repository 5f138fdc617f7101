import type { ModelCluster } from './types'

const LONGEST_BACKOFF_SECONDS = 300

/** kube-controller-manager's lease and the nodes' leases, as they follow from the API's answers. */
export function stepControllers(cluster: ModelCluster): void {
  stepControllerManager(cluster)
  stepNodeLeases(cluster)
}

/** Renews its lease every 2 s, gives up after 10 s, and comes back only to an API that answers. */
function stepControllerManager(cluster: ModelCluster): void {
  if (cluster.controllerManagerHeld) return
  const { second, success10 } = cluster
  if (cluster.controllerManagerUp) {
    if (cluster.success > 0.05) cluster.leaseRenewedAt = second
    const failing = 1 - success10
    if (failing > 0.3 && cluster.random() < 0.1 * failing ** 5) {
      cluster.controllerManagerUp = false
      cluster.controllerManagerBackoff = Math.min(
        LONGEST_BACKOFF_SECONDS,
        cluster.controllerManagerBackoff * 2,
      )
      cluster.controllerManagerUpAt = second + cluster.controllerManagerBackoff + 15
    }
  } else if (second >= cluster.controllerManagerUpAt) {
    if (success10 > 0.6) {
      cluster.controllerManagerUp = true
      cluster.leaseRenewedAt = second
    } else {
      cluster.controllerManagerUpAt = second + 15
    }
  } else if (success10 > 0.95 && cluster.controllerManagerBackoff > 20) {
    cluster.controllerManagerUpAt = Math.min(cluster.controllerManagerUpAt, second + 20)
    cluster.controllerManagerBackoff = 20
  }
}

/** Four renewals in 40 s must all fail before a node is NotReady; marking it needs a live controller manager. */
function stepNodeLeases(cluster: ModelCluster): void {
  const missed = (1 - cluster.success40) ** 4 * (cluster.controllerManagerUp ? 1 : 0.3)
  const target = Math.max(missed, cluster.blockedShare, cluster.zoneLostShare)
  const rising = missed > cluster.notReadyShare || cluster.blockedShare > cluster.notReadyShare
  cluster.notReadyShare += (target - cluster.notReadyShare) / (rising ? 40 : 20)
}
