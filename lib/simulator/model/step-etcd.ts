import { COST, ETCD_STAGES, LATENCY, PROCESS } from './constants'
import type { ListWork } from './list-work'
import type { ModelCluster } from './types'

const READING_STAGES = ETCD_STAGES

/** What etcd, shared by all API servers, can do in this second. */
export interface EtcdTick {
  readers: number
  megabytesPerSecond: number
  /** Share of the readers of each stage that moves on. */
  advance: number
}

/** Large reads are answered from memory: too many at once and etcd is killed. */
export function stepEtcd(cluster: ModelCluster, work: ListWork): EtcdTick {
  let readers = 0
  for (const server of cluster.servers)
    for (let i = 0; i < READING_STAGES; i++) readers += server.stages[i] as number

  const megabytesPerSecond = cluster.etcdMegabytesPerSecond / (1 + 4 * cluster.etcdSlowSeconds)
  const share =
    readers > 0 ? Math.min(1, megabytesPerSecond / (readers * COST.etcdReaderMegabytesPerSecond)) : 1
  const stagesPerSecond = (share * ETCD_STAGES) / work.etcdSeconds

  cluster.etcdResidentGB = 0.5 + (readers * work.megabytes * COST.storedShare * COST.etcdMemoryPerByte) / 1000
  if (cluster.etcdUp && cluster.etcdResidentGB > cluster.etcdMemoryGB) killEtcd(cluster)
  if (!cluster.etcdUp && cluster.second >= cluster.etcdUpAt) cluster.etcdUp = true
  cluster.etcdLatencySeconds = cluster.etcdUp
    ? LATENCY.etcdSeconds +
      (LATENCY.etcdSecondsPerReader * readers) / cluster.etcdCores +
      cluster.etcdSlowSeconds
    : 10
  return { readers, megabytesPerSecond, advance: stagesPerSecond / (1 + stagesPerSecond) }
}

function killEtcd(cluster: ModelCluster): void {
  const calm = cluster.second - cluster.etcdUpAt > 600
  cluster.etcdCrashesInARow = calm ? 1 : cluster.etcdCrashesInARow + 1
  cluster.etcdOomKills++
  cluster.etcdUp = false
  const backoff = Math.min(PROCESS.etcdBackoffCapSeconds, 10 * 2 ** (cluster.etcdCrashesInARow - 1))
  cluster.etcdUpAt = cluster.second + PROCESS.etcdRestartSeconds + backoff
}
