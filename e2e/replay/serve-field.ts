import type { MessagePort } from 'node:worker_threads'
import type { Lane } from '../../lib/fleet/types'
import type { InventoryFact, WorkloadSeen } from '../../lib/probe/types'
import { Field } from './field'
import {
  type Advance,
  type Advanced,
  type FieldCall,
  type FieldSetup,
  ownerOf,
  type Seen,
} from './field-messages'

/** Runs the second field of a replay in a thread of its own, as far as the first one says. */
export function serveField(setup: FieldSetup, port: MessagePort): void {
  let seen: Seen[] = []
  let answers: Advanced['answers'] = []
  const sent: SentWorkloads = new Map()
  const callers = new Map<number, AbortController>()
  const field = new Field(setup, index => ownerOf(index) === 'second', {
    onObservation: observation => seen.push({ kind: 'observation', observation }),
    onInventory: fact => seen.push(shortened(fact, sent)),
    onLivePath: (clusterId, view) => seen.push({ kind: 'live-path', clusterId, view }),
    onFault: error => seen.push({ kind: 'fault', error }),
  })
  const lanes = new Map<string, Lane>()
  for (const { lanes: all } of field.doors.fleet.clusters)
    for (const lane of all) lanes.set(keyOf(lane), lane)

  async function answer({ id, server, laneId, request }: FieldCall): Promise<void> {
    const lane = lanes.get(`${laneId} ${server}`)
    if (!lane) throw new Error(`no lane ${laneId} to ${server}`)
    if (request === 'knock') {
      answers.push({ id, answer: await field.client.knock(lane, 0) })
      return
    }
    const caller = new AbortController()
    callers.set(id, caller)
    const result = await field.client.request(lane, { ...request, signal: caller.signal })
    callers.delete(id)
    answers.push({ id, answer: result })
  }

  async function advance({ until, second, moods, calls, left }: Advance): Promise<Advanced> {
    for (const { clusterId, mood } of moods) field.demand(clusterId, mood)
    for (const id of left) callers.get(id)?.abort(new Error('the caller has left'))
    for (const call of calls) void answer(call).catch(error => seen.push({ kind: 'fault', error }))
    await field.clock.advanceTo(until)
    if (second !== undefined) field.step(second)
    const { requests, bytes } = field.client.traffic
    const told: Advanced = {
      seen,
      answers,
      truth: second === undefined ? [] : truthOf(field),
      requests,
      bytes,
      simulatorMs: field.meter.ms,
    }
    seen = []
    answers = []
    return told
  }

  field.start()
  port.on('message', (message: Advance) => {
    void advance(message).then(told => port.postMessage(told))
  })
}

type SentWorkloads = Map<string, readonly WorkloadSeen[]>

/** A list of workloads that is the same as the last one is not copied between the threads again. */
function shortened(fact: InventoryFact, sent: SentWorkloads): Seen {
  if (fact.fact !== 'workloads') return { kind: 'inventory', fact }
  const { workloads, ...rest } = fact
  const key = `${fact.clusterId} ${fact.kind}`
  const before = sent.get(key)
  sent.set(key, workloads)
  const same = before?.length === workloads.length && workloads.every((one, i) => one === before[i])
  return same ? { kind: 'same-workloads', fact: rest } : { kind: 'inventory', fact }
}

function truthOf({ models }: Field): Advanced['truth'] {
  return models.flatMap(({ serviceFailure, trafficShifted, agents, apiLostAt, dnsLostAt }, index) =>
    ownerOf(index) === 'second'
      ? { index, serviceFailure, trafficShifted, agents, apiLostAt, dnsLostAt }
      : [],
  )
}

function keyOf({ id, endpoint }: Lane): string {
  return `${id} ${endpoint.server}`
}
