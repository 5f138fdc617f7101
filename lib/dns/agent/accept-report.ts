import { createHash } from 'node:crypto'
import { HoldfastError } from '../../errors'
import { foldLivePath, type LivePathMemory, NO_LIVE_PATH } from '../probe/live-path'
import type { AgentMemory, AgentReplica, AgentReport } from './types'

/** Further apart, nobody could tell when T0 was. Clocks set by NTP differ by milliseconds. */
const MAX_SKEW_MS = 30_000
/** What an agent could not send for longer tells nothing of now. */
const MAX_AGE_MS = 600_000
/** After so long a silence a replica may begin anew, whatever its clock said before. */
const FORGIVE_AFTER_MS = 600_000
const FORGET_AFTER_MS = 3_600_000
/** Two replicas, twice that while they are rolled, and some that were evicted. */
const MAX_REPLICAS = 16

/**
 * Takes in one message. Times are put on our clock by the difference at its sending, so an agent's clock need not be
 * right, only near. Sending a message again changes nothing.
 * @throws HoldfastError `invalid-input` when the clocks differ too much or the message contradicts itself, `expired`
 * when it is about too long ago, `conflict` when it is older than what is known already: replayed, or out of order
 */
export function acceptReport(
  memory: AgentMemory,
  report: AgentReport,
  now: number,
): { memory: AgentMemory; accepted: 'new' | 'known'; skewMs: number } {
  const skewMs = now - report.sentAt
  refuseWrongClock(report, skewMs, now)
  const before = memory.get(report.replica)
  const digest = digestOf(report)
  const known = before && now - before.heardAt <= FORGIVE_AFTER_MS ? before : undefined
  if (known && isKnown(known, report, digest)) return { memory, accepted: 'known', skewMs }
  const sameStart = known?.bootId === report.bootId
  // The node cache has the same address on every node: who asked tells them apart.
  const seenBy = (resolver: string) => `${report.replica} ${resolver}`
  const round = report.answers.map(({ resolver, result }) => ({
    resolver: seenBy(resolver),
    at: report.askedAt + skewMs,
    result,
  }))
  const livePath = foldLivePath(sameStart ? known.livePath : firstMemory(report, seenBy, skewMs), round)
  const read = report.readings.map(reading => ({
    ...reading,
    resolver: seenBy(reading.resolver),
    readAt: reading.readAt + skewMs,
  }))
  const replica: AgentReplica = {
    replica: report.replica,
    bootId: report.bootId,
    bootedAt: report.bootedAt,
    sequence: report.sequence,
    digest,
    heardAt: now,
    skewMs,
    resolvers: new Set(report.answers.map(({ resolver }) => resolver)).size,
    livePath,
    readings: livePath.failingSince === undefined ? [] : read.length > 0 ? read : (known?.readings ?? []),
  }
  return { memory: keep(memory, replica, now), accepted: 'new', skewMs }
}

/** We may hear an agent for the first time in the middle of an outage: then what it has seen before counts. */
function firstMemory(
  { answers, failingSince }: AgentReport,
  seenBy: (resolver: string) => string,
  skewMs: number,
): LivePathMemory {
  return {
    ...NO_LIVE_PATH,
    proven: new Set(answers.filter(({ proven }) => proven).map(({ resolver }) => seenBy(resolver))),
    failingSince: failingSince === null ? undefined : failingSince + skewMs,
  }
}

/** Whether it is the newest message, sent again. @throws HoldfastError `conflict` when it is an older one */
function isKnown(known: AgentReplica, report: AgentReport, digest: string): boolean {
  const { replica, bootId, bootedAt, sequence } = report
  if (known.bootId !== bootId) {
    if (bootedAt > known.bootedAt) return false
    throw new HoldfastError('conflict', `This message is from an earlier start of ${replica}.`, {
      where: 'bootId',
      hint: 'It was replayed, or two agents use one name. A pod that is replaced gets a new name and is heard at once.',
    })
  }
  if (sequence > known.sequence) return false
  if (sequence === known.sequence && digest === known.digest) return true
  throw new HoldfastError(
    'conflict',
    sequence === known.sequence
      ? `Message ${sequence} of ${replica} was taken in before with another content.`
      : `Message ${sequence} of ${replica} comes after message ${known.sequence}: it was replayed or is out of order.`,
    { where: 'sequence', hint: `The next message must have a number above ${known.sequence}.` },
  )
}

function refuseWrongClock(report: AgentReport, skewMs: number, now: number) {
  const { sentAt, askedAt, bootedAt, failingSince, readings } = report
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    const seconds = Math.round(Math.abs(skewMs) / 1000)
    throw new HoldfastError(
      'invalid-input',
      `The agent's clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead'}: it says ${iso(sentAt)}, here it is ${iso(now)}. At most ${MAX_SKEW_MS / 1000} s are accepted.`,
      {
        where: 'sentAt',
        hint: "Set the clock of the agent's node by NTP (chrony, systemd-timesyncd), and check ours. A message that was held up on its way, or replayed, looks the same.",
      },
    )
  }
  const latest = Math.max(askedAt, bootedAt, ...readings.map(({ readAt }) => readAt))
  if (latest > sentAt)
    throw new HoldfastError('invalid-input', 'The message tells of what is later than its own sending.', {
      where: bootedAt === latest ? 'bootedAt' : askedAt === latest ? 'askedAt' : 'readings',
      hint: "The agent's clock was set back while it ran; restart the agent.",
    })
  if (failingSince !== null && (failingSince > askedAt || failingSince < bootedAt))
    throw new HoldfastError(
      'invalid-input',
      'An agent sees DNS fail between its start and its last question.',
      {
        where: 'failingSince',
      },
    )
  if (askedAt < sentAt - MAX_AGE_MS)
    throw new HoldfastError('expired', 'Answers of more than ten minutes ago are of no use.', {
      where: 'askedAt',
    })
}

function keep(memory: AgentMemory, replica: AgentReplica, now: number): AgentMemory {
  const others = [...memory.values()]
    .filter(other => other.replica !== replica.replica && now - other.heardAt <= FORGET_AFTER_MS)
    .sort((a, b) => b.heardAt - a.heardAt)
    .slice(0, MAX_REPLICAS - 1)
  return new Map([replica, ...others].map(one => [one.replica, one]))
}

function digestOf({ askedAt, answers, failingSince, readings }: AgentReport): string {
  return createHash('sha256')
    .update(JSON.stringify([askedAt, answers, failingSince, readings]))
    .digest('hex')
}

/** Bounded: a number that is no time must not become an error of its own. */
function iso(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : 'no time'
}
