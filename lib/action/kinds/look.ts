import type { Clock } from '../../clock/clock'
import type { ClusterClient, KubeRequest, KubeResult } from '../../kube/types'
import type { Actuators } from '../actuators/actuator'
import { dryRunActuator } from '../actuators/dry-run-actuator'
import { askCluster, jsonBody } from '../ask-cluster'
import type { ClusterFacts, TargetSource } from '../ports'
import { asRecord } from '../saved-object'
import type { PlannedWrite } from '../types'

/** One planning look at one cluster: memory for nothing, questions within a budget. */
export interface Look {
  facts: ClusterFacts
  source: TargetSource
  /** Of the plan that is being made; objects that are made for it bear its beginning in their names. */
  planId: string
  now(): number
  /** undefined when no time is left; otherwise whatever came of it. Never throws. */
  get(path: string, accept?: string): Promise<KubeResult | undefined>
  dryRun(write: PlannedWrite): Promise<DryRun>
}

/** Whether the API server would accept a write; `unknown` says why that could not be learnt. */
export type DryRun = 'passed' | { refused: string } | { unknown: string }

/** Answers about the write itself; others may pass by waiting. */
const REFUSALS: readonly number[] = [400, 409, 422]
const MAX_MESSAGE = 300

interface LookDeps {
  clock: Clock
  client: ClusterClient
  actuators?: Actuators
  source: TargetSource
}

/** @param until after which nothing more is asked, epoch ms */
export function lookAt(
  { clock, client, actuators, source }: LookDeps,
  facts: ClusterFacts,
  planId: string,
  until: number,
): Look {
  let first: string | undefined
  async function ask(request: Omit<KubeRequest, 'timeoutMs'>): Promise<KubeResult | undefined> {
    const left = until - clock.now()
    if (left <= 0) return undefined
    const result = await askCluster(client, clock, facts, request, left, first)
    if (result?.outcome === 'answer') first = result.laneId
    return result
  }
  return {
    facts,
    source,
    planId,
    now: () => clock.now(),
    get: (path, accept) => ask({ method: 'GET', path, accept }),
    async dryRun(write) {
      if (write.guard === 'actuator') return dryRunActuator({ actuators, source }, write, facts, planId)
      const { method, path, body, contentType } = write
      const result = await ask({
        method,
        contentType,
        path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All`,
        // A server that gets DeleteOptions does not look at the query.
        body: method === 'DELETE' ? { ...asRecord(body), dryRun: ['All'] } : body,
      })
      if (result?.outcome === 'answer' && result.status >= 200 && result.status < 300) return 'passed'
      if (result?.outcome === 'answer' && REFUSALS.includes(result.status))
        return { refused: `${result.status}, ${messageOf(result)}` }
      return { unknown: `dry run: ${inWords(result)}` }
    },
  }
}

function messageOf(result: KubeResult): string {
  const { message } = jsonBody(result) ?? {}
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE) : 'without a reason'
}

/** What came of a question, for a sentence that begins with why. */
export function inWords(result: KubeResult | undefined): string {
  if (!result) return 'no time left to ask'
  if (result.outcome !== 'answer')
    return `no answer (${result.outcome} after ${(result.durationMs / 1000).toFixed(1)} s)`
  return `it answered ${result.status}`
}
