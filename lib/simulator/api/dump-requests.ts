import type { SimulatedCluster } from '../fleet/cluster'
import { textAnswer } from './status'
import type { ApiAnswer } from './types'

const COLUMNS = [
  'PriorityLevelName',
  'FlowSchemaName',
  'QueueIndex',
  'RequestIndexInQueue',
  'FlowDistingsher',
  'ArriveTime',
  'UserName',
  'Verb',
  'APIPath',
  'Namespace',
  'Name',
  'APIVersion',
  'Resource',
  'SubResource',
]
/** One flow is dealt into six of the level's queues of 50. */
const QUEUES = 6
const QUEUE_LENGTH = 50

/** Requests that wait in queues, by user: the agents', for nobody else ever waits long. With none the table is empty. */
export function dumpRequests(cluster: SimulatedCluster, index: number): ApiAnswer {
  const server = cluster.model.servers[index]
  const waiting = Math.min(QUEUES * QUEUE_LENGTH, Math.floor(server?.queuedLists ?? 0))
  const { user } = cluster.coupling.callerIdentity
  const rows = Array.from({ length: waiting }, (_, i) => {
    const waitedMs = ((waiting - i) / Math.max(0.1, server?.finishRate ?? 0.1)) * 1000
    const arrivedAt = new Date(cluster.now() - Math.min(15_000, waitedMs)).toISOString()
    const place = [(i % QUEUES) * 21 + 1, Math.floor(i / QUEUES)]
    return [
      'workload-low',
      'service-accounts',
      ...place,
      user,
      arrivedAt,
      user,
      'list',
      '/api/v1/pods',
      '',
      '',
      'v1',
      'pods',
      '',
    ]
  })
  const lines = [COLUMNS, ...rows].map(cells => `${cells.map(cell => `${cell},`).join(' ')}\n`)
  return textAnswer(200, lines.join(''))
}
