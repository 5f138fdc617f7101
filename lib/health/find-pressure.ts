import type { ApiServerSample, PriorityLevelSample } from '../metrics/types'
import { bytes, count, named, percent, seconds } from './in-words'
import { increase, measureLoad, type TimedSample } from './measure-load'
import type { Finding, ReasonCode, ReplicaLoad } from './types'

/** Seats held of a level's limit (EKS best practices; the upper bound is our own). */
const SEATS_WARN = 0.8
const SEATS_FULL = 0.95
/** Share of a level's requests that are turned away: noticeable, and hurting. */
const REJECTED_WARN = 0.01
const REJECTED_HURTS = 0.2
/** kubernetes-mixin alerts above this share of terminated requests. */
const TERMINATED_HURTS = 0.2
const TERMINATED_WARN = 0.01
/** Time that a request spends in the server by Little's law, in flight / finished per second. */
const PILING_WARN_S = 5
const PILING_HURTS_S = 15
const PILING_LEAST = 10
const ETCD_WARN_S = 0.25
const ETCD_HURTS_S = 1
const ETCD_LEAST_REQUESTS = 10
/** Answers to large LISTs grow a server so within minutes; ordinary work does not (KEP-3157). */
const MEMORY_TIMES = 3
const MEMORY_LEAST = 4e9
/** OpenShift warns above 1 s; webhooks time out after 10 s by default. */
const WEBHOOK_SLOW_S = 1
const WEBHOOK_DOWN_S = 5

/** What one API server told between two scrapes. */
export interface Pressure {
  load: ReplicaLoad
  findings: Finding[]
}

/**
 * Findings from two scrapes of the same API server. Counters see only finished requests, so what is in flight is
 * read too: under a storm of LISTs they stood still (measured on kube-apiserver 1.20.2).
 */
export function findPressure(newer: TimedSample, older: TimedSample): Pressure | undefined {
  const load = measureLoad(newer, older)
  if (!load) return undefined
  const findings: Finding[] = []
  const add = (
    code: ReasonCode,
    pushes: 'Healthy' | 'Strained' | 'Overloaded',
    text: string,
    critical = pushes === 'Overloaded',
  ) =>
    findings.push({
      code,
      pushes,
      severity: critical ? 'critical' : pushes === 'Strained' ? 'warn' : 'info',
      text,
      firstAt: newer.at,
    })
  const [now, before] = [newer.sample, older.sample]
  findLevels(now, before, add)
  findPiling(load, before, add)
  findTerminations(now, before, load, add)
  if (load.etcdMeanSeconds !== undefined && etcdRequests(now, before) >= ETCD_LEAST_REQUESTS) {
    const mean = load.etcdMeanSeconds
    if (mean >= ETCD_WARN_S)
      add(
        'etcd.slow',
        mean >= ETCD_HURTS_S ? 'Overloaded' : 'Strained',
        `etcd takes ${seconds(mean * 1000)} a request`,
      )
  }
  findWebhooks(now, before, add)
  const cold = now.watchCacheNotReady ?? []
  if (cold.length > 0)
    add(
      'watch-cache.cold',
      'Strained',
      `${count(cold.length, 'watch cache')} not ready: ${cold.slice(0, 3).map(named).join(', ')}`,
    )
  const grown = (now.residentBytes ?? 0) / (before.residentBytes || Number.POSITIVE_INFINITY)
  if (grown >= MEMORY_TIMES && (now.residentBytes ?? 0) - (before.residentBytes ?? 0) >= MEMORY_LEAST)
    add(
      'server.memory',
      'Strained',
      `memory grew from ${bytes(before.residentBytes ?? 0)} to ${bytes(now.residentBytes ?? 0)} in ${seconds(load.seconds * 1000)}`,
    )
  return { load, findings }
}

type Add = (
  code: ReasonCode,
  pushes: 'Healthy' | 'Strained' | 'Overloaded',
  text: string,
  critical?: boolean,
) => void

/** `exempt` has no limit; levels of our own are there to reject. */
function counts(level: PriorityLevelSample): boolean {
  return level.name !== 'exempt' && !level.name.startsWith('holdfast')
}

function findLevels(now: ApiServerSample, before: ApiServerSample, add: Add): void {
  const olderLevels = new Map(before.priorityLevels.map(level => [level.name, level]))
  for (const level of now.priorityLevels.filter(counts)) {
    const older = olderLevels.get(level.name)
    const name = named(level.name)
    const rejected = increase(level.rejectedTotal, older?.rejectedTotal) ?? 0
    const dispatched = increase(level.dispatchedTotal, older?.dispatchedTotal) ?? 0
    const share = rejected > 0 ? rejected / (rejected + dispatched) : 0
    if (share >= REJECTED_WARN)
      add(
        'apf.rejecting',
        share >= REJECTED_HURTS ? 'Overloaded' : 'Strained',
        `${percent(share)} rejected in ${name}`,
      )
    const used = seatShare(level)
    const usedBefore = older ? seatShare(older) : 0
    const queued = level.inqueueRequests ?? 0
    const held = `${name} holds ${level.executingSeats} of ${level.limitSeats} seats`
    if (used >= SEATS_FULL && (queued > 0 || rejected > 0)) {
      add('apf.saturated', 'Overloaded', queued > 0 ? `${held}, ${queued} requests wait` : held)
    } else if (used >= SEATS_WARN && usedBefore >= SEATS_WARN) add('apf.saturated', 'Strained', held)
    else if (queued > 0 && (older?.inqueueRequests ?? 0) > 0)
      add('apf.queueing', 'Strained', `${count(queued, 'request')} wait in the queues of ${name}`)
  }
}

function seatShare({ executingSeats, limitSeats }: PriorityLevelSample): number {
  return executingSeats === undefined || !limitSeats ? 0 : executingSeats / limitSeats
}

function findPiling(load: ReplicaLoad, before: ApiServerSample, add: Add): void {
  const inFlight = (load.inFlightReads ?? 0) + (load.inFlightWrites ?? 0)
  const inFlightBefore = (before.inflightReadOnly ?? 0) + (before.inflightMutating ?? 0)
  if (load.responsesPerSecond === undefined || Math.min(inFlight, inFlightBefore) < PILING_LEAST) return
  const finishedPerMinute = Math.round(load.responsesPerSecond * 60)
  const stay = load.responsesPerSecond > 0 ? inFlight / load.responsesPerSecond : Number.POSITIVE_INFINITY
  if (stay < PILING_WARN_S) return
  const hurts = stay >= PILING_HURTS_S
  const what = (load.inFlightReads ?? 0) >= inFlight / 2 ? 'reads' : 'writes'
  add(
    'requests.piling',
    hurts ? 'Overloaded' : 'Strained',
    `${inFlight} requests in flight, mostly ${what}, while ${finishedPerMinute} a minute finish`,
  )
}

function findTerminations(now: ApiServerSample, before: ApiServerSample, load: ReplicaLoad, add: Add): void {
  const terminated = increase(now.terminationsTotal, before.terminationsTotal) ?? 0
  const finished = (load.responsesPerSecond ?? 0) * load.seconds
  const share = terminated >= 5 ? terminated / Math.max(terminated, finished) : 0
  if (share >= TERMINATED_WARN)
    add(
      'requests.terminated',
      share >= TERMINATED_HURTS ? 'Overloaded' : 'Strained',
      `the server gave up ${percent(share)} of the requests`,
    )
}

function etcdRequests(now: ApiServerSample, before: ApiServerSample): number {
  return increase(now.etcdRequests?.count, before.etcdRequests?.count) ?? 0
}

/** Reads go on while a webhook is down: the API is strained, and what it guards cannot be written. */
function findWebhooks(now: ApiServerSample, before: ApiServerSample, add: Add): void {
  const olderHooks = new Map(before.webhooks.map(hook => [hook.name, hook]))
  for (const hook of now.webhooks) {
    const older = olderHooks.get(hook.name)
    const calls = increase(hook.count, older?.count) ?? 0
    const sum = increase(hook.sumSeconds, older?.sumSeconds) ?? 0
    const errors = increase(hook.callErrors, older?.callErrors) ?? 0
    const mean = calls > 0 ? sum / calls : 0
    const name = named(hook.name)
    if (errors >= 2 || (calls >= 2 && mean >= WEBHOOK_DOWN_S)) {
      const failed = errors > 0 ? `, ${count(errors, 'call')} failed` : ''
      add(
        'webhook.down',
        'Strained',
        `webhook ${name} does not answer: ${seconds(mean * 1000)} a call${failed}; writes fail`,
        true,
      )
    } else if (calls >= 2 && mean >= WEBHOOK_SLOW_S)
      add('webhook.slow', 'Strained', `webhook ${name} takes ${seconds(mean * 1000)} a call`)
  }
}
