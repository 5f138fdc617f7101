import { COST } from './constants'
import type { ModelCluster } from './types'

/** What one full LIST of pods, and one watcher that lists again, cost a cluster of today's size. */
export interface ListWork {
  megabytes: number
  cpuSeconds: number
  etcdSeconds: number
  memoryGB: number
  /** How long its reader takes; its seats are held until then. */
  readSeconds: number
  relistCpuSeconds: number
  relistMemoryGB: number
}

/** A kubelet or an informer asks for about a twentieth of what a full LIST returns. */
const RELIST_SHARE = 0.05

export function workOfOneList(cluster: ModelCluster): ListWork {
  const megabytes = listMegabytes(cluster)
  const relistMegabytes = RELIST_SHARE * megabytes + 0.01
  return {
    megabytes,
    cpuSeconds: COST.listCpuSeconds + COST.cpuSecondsPerMegabyte * megabytes,
    etcdSeconds: (megabytes * COST.storedShare) / COST.etcdReaderMegabytesPerSecond + 0.002,
    memoryGB: (COST.memoryPerByte * megabytes) / 1000,
    readSeconds: megabytes / cluster.agentMegabytesPerSecond,
    relistCpuSeconds: 0.01 + COST.cpuSecondsPerMegabyte * relistMegabytes,
    relistMemoryGB: (COST.memoryPerByte * relistMegabytes) / 1000,
  }
}

/** JSON size of all pods. */
function listMegabytes(cluster: ModelCluster): number {
  return (cluster.pods * cluster.podKilobytes) / 1000
}
