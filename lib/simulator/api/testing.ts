import type { SimulatedCluster } from '../fleet/cluster'
import { SimulatedFleet } from '../fleet/fleet'
import type { ScenarioName } from '../model/types'
import type { JsonObject } from '../objects/types'
import { beginRequest } from './handle-request'
import type { Identity } from './types'

export const RESPONDER: Identity = {
  user: 'holdfast',
  groups: ['holdfast:responders', 'system:authenticated'],
}
export const EXEMPT: Identity = { user: 'break-glass', groups: ['system:masters', 'system:authenticated'] }
export const ANONYMOUS: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] }

export interface Call {
  identity?: Identity | 'invalid'
  body?: unknown
  contentType?: string
  accept?: string
  server?: number
}

export interface Reply {
  status: number
  text: string
  json: JsonObject
  headers: Record<string, string>
}

/** One request, answered at once; throws when there is no server. */
export function call(cluster: SimulatedCluster, method: string, path: string, options: Call = {}): Reply {
  const { identity = RESPONDER, body, contentType = 'application/json', accept, server } = options
  const start = beginRequest(cluster, {
    server: server ?? 'balanced',
    identity,
    method,
    path,
    headers: { 'content-type': contentType, ...(accept ? { accept } : {}) },
    body: typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
  })
  if ('outcome' in start) throw new Error(`${method} ${path}: ${start.outcome}`)
  const answer = start.finish()
  start.end()
  const text = typeof answer.body === 'string' ? answer.body : [...answer.body].join('')
  const isJson = answer.headers['content-type'] === 'application/json'
  return { status: answer.status, text, json: isJson ? JSON.parse(text) : {}, headers: answer.headers }
}

/** A fleet of twelve in which nothing has happened yet. */
export function smallFleet(scenario: ScenarioName = 'small-fleet'): SimulatedFleet {
  return new SimulatedFleet({ scenario, seed: 1, hands: 'none' })
}

/** The cluster with the most nodes, or with the fewest. */
export function clusterBySize(fleet: SimulatedFleet, which: 'largest' | 'smallest'): SimulatedCluster {
  const sorted = [...fleet.clusters.values()].sort((a, b) => a.model.nodes - b.model.nodes)
  const found = which === 'largest' ? sorted.at(-1) : sorted[0]
  if (!found) throw new Error('the fleet is empty')
  return found
}
