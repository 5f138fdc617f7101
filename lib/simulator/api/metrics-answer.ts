import type { SimulatedCluster } from '../fleet/cluster'
import { fullText } from '../metrics/full-text'
import { serverText } from '../metrics/server-text'
import { textAnswer, unavailable } from './status'
import type { ApiAnswer } from './types'

/** `/metrics` of one API server. */
export function metricsAnswer(cluster: SimulatedCluster, server: number, full: boolean): ApiAnswer {
  const text = serverText(cluster, server)
  // It went down between being chosen and being answered.
  if (text === undefined) return unavailable().toAnswer()
  return textAnswer(200, full ? text + fullText(cluster, server) : text, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  })
}
