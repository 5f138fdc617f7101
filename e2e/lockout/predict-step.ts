import { COST } from '../../lib/simulator/model/constants'
import { createCluster } from '../../lib/simulator/model/create-cluster'
import { drawRequest } from '../../lib/simulator/model/draw-request'
import { seededRandom } from '../../lib/simulator/model/random'
import { stepCluster } from '../../lib/simulator/model/step-cluster'
import type { ModelCluster, ModelRequest } from '../../lib/simulator/model/types'
import { type Sample, type Spread, spreadOf } from './latency'
import { type Asker, askers, type Series } from './overload-series'

const settleSeconds = 120
const measuredSeconds = 300
const drawsPerSecond = 3
const timeoutSeconds = 20

/** What is measured of a machine before the model is asked about it. */
export interface Machine {
  cores: number
  nodes: number
  pods: number
  /** One full LIST with nothing else going on. */
  listSeconds: number
  /** Its size as JSON. */
  listMegabytes: number
}

export interface PredictedStep {
  askers: Record<Asker, Spread>
  listsPerSecond: number
  executing: number
  queued: number
}

const requests: Record<Asker, Omit<ModelRequest, 'timeoutSeconds'>> = {
  user: { lane: 'ordinary', verb: 'get', path: '/api/v1/namespaces/default', megabytes: 0 },
  account: { lane: 'sa', verb: 'get', path: '/api/v1/namespaces/default', megabytes: 0 },
  exempt: { lane: 'exempt', verb: 'get', path: '/api/v1/namespaces/default', megabytes: 0 },
  probe: { lane: 'ordinary', verb: 'probe', path: '/readyz', megabytes: 0 },
  metrics: { lane: 'exempt', verb: 'metrics', path: '/metrics', megabytes: 0 },
}

/** The overload model of the simulator on this machine: the same LISTs, the same askers. */
export function predictStep(machine: Machine, series: Series, callers: number): PredictedStep {
  const cluster = modelOf(machine, series)
  cluster.agentTarget = callers
  cluster.agents = callers
  const random = seededRandom(17)
  for (let second = 0; second < settleSeconds; second++) stepCluster(cluster)
  const samples = Object.fromEntries(askers.map(asker => [asker, [] as Sample[]])) as Record<Asker, Sample[]>
  let lists = 0
  let executing = 0
  let queued = 0
  for (let second = 0; second < measuredSeconds; second++) {
    const before = listsOf(cluster)
    stepCluster(cluster)
    lists += listsOf(cluster) - before
    executing += cluster.servers[0]?.runningLists ?? 0
    queued += cluster.servers[0]?.queuedLists ?? 0
    for (const asker of askers) {
      for (let i = 0; i < drawsPerSecond; i++) {
        const { outcome, latencyMs } = drawRequest(cluster, { ...requests[asker], timeoutSeconds }, random)
        samples[asker].push({
          at: second,
          seconds: latencyMs / 1000,
          status: typeof outcome === 'number' ? outcome : 0,
        })
      }
    }
  }
  return {
    askers: Object.fromEntries(askers.map(asker => [asker, spreadOf(samples[asker])])) as Record<
      Asker,
      Spread
    >,
    listsPerSecond: Number((lists / measuredSeconds).toFixed(2)),
    executing: Number((executing / measuredSeconds).toFixed(1)),
    queued: Number((queued / measuredSeconds).toFixed(1)),
  }
}

const listsOf = (cluster: ModelCluster) => cluster.servers[0]?.listsTotal ?? 0

function modelOf(machine: Machine, series: Series): ModelCluster {
  // The model's megabyte is a measure of work: as many of them as take the measured time.
  const perMegabyte = COST.cpuSecondsPerMegabyte + COST.storedShare / COST.etcdReaderMegabytesPerSecond
  const megabytes = Math.max(0.1, machine.listSeconds - COST.listCpuSeconds - 0.002) / perMegabyte
  const cluster = createCluster({
    name: 'this-machine',
    nodes: Math.max(machine.nodes, ...series.callers),
    seed: 5,
    podsPerNode: machine.pods / Math.max(machine.nodes, ...series.callers),
    podKilobytes: (megabytes * 1000) / machine.pods,
    servers: 1,
    cores: machine.cores,
    inflightLimit: series.inflight + series.mutating,
    // Reads are answered from the server's own cache: etcd is not what runs out.
    etcdMegabytesPerSecondPerCore: 1000,
  })
  cluster.agentPeriodSeconds = 0.01
  cluster.agentTimeoutSeconds = 60
  if (series.megabytesPerSecond !== undefined) {
    cluster.agentMegabytesPerSecond = series.megabytesPerSecond * (megabytes / machine.listMegabytes)
  }
  return cluster
}
