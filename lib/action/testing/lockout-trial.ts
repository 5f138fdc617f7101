import type { AttemptResult, LandingCommand, LandingLane, LandingPolicy } from '../landing-terms'
import { type Cell, HORIZON_SECONDS, handshakeTime, type LockoutServer } from './lockout-server'

/** How one policy fared on one cluster. Times in seconds. */
export interface Trial {
  seconds: number
  attempts: number
  landed: boolean
  /** The policy said `landed` while the object was still there. */
  wrong: boolean
  /** When each request was sent. */
  sends: number[]
}

interface Connection {
  server?: LockoutServer
  warm: boolean
}

interface Ending {
  at: number
  result: Omit<AttemptResult, 'type' | 'lane'>
  keepsConnection: boolean
  effectAt?: number
}

const SERVER_TIMEOUT = 60
const QUEUE_LIMIT = 15
const RBAC_SECONDS = 1.5
const LOST_ANSWERS = 0.01
const DEAD_CONNECTIONS = 0.05
/** Two missed pings, five seconds apart. */
const PING_SECONDS = 10

/** A waiter with perfect hands at every server: no policy without foresight expects to be faster. */
export function vigil(servers: LockoutServer[]): { seconds: number; attempts: number } {
  const served = servers.map(server => {
    const ends: number[] = []
    let at = 0
    while (at < HORIZON_SECONDS) {
      const life = server.lifeAt(at)
      const from = Math.max(at, life.upAt)
      const until = Math.min(from + SERVER_TIMEOUT, life.downAt)
      const chance = server.nextChance(from, until, true)
      const end = chance ? chance.at + chance.serviceSeconds : until
      if (chance && end <= until) return { seconds: end, ends }
      at = Math.min(until, HORIZON_SECONDS)
      ends.push(at)
    }
    return { seconds: HORIZON_SECONDS, ends }
  })
  const seconds = Math.min(...served.map(s => s.seconds))
  const attempts = served.reduce((sum, s) => sum + 1 + s.ends.filter(end => end < seconds).length, 0)
  return { seconds, attempts }
}

/** Drives a policy on one cluster until it is done or the horizon is reached. */
export function runTrial(
  cell: Cell,
  servers: LockoutServer[],
  lanes: readonly LandingLane[],
  policy: LandingPolicy,
  rng: () => number,
  options: { warm: boolean; sendsDeadline: boolean },
): Trial {
  const direct = lanes.filter(lane => lane.kind === 'direct')
  const connections = new Map<string, Connection>(
    lanes.map(lane => [lane.id, { warm: options.warm, server: pick(lane) }]),
  )
  const trial: Trial = { seconds: HORIZON_SECONDS, attempts: 0, landed: false, wrong: false, sends: [] }
  const queue: { at: number; run: () => LandingCommand[] }[] = []
  let effectAt = Number.POSITIVE_INFINITY
  let now = 0
  let finished = false

  function pick(lane: LandingLane): LockoutServer | undefined {
    if (lane.kind === 'direct') return servers[direct.indexOf(lane)]
    return servers[Math.floor(rng() * servers.length)]
  }

  function connect(lane: LandingLane, connection: Connection, at: number): void {
    connection.server = pick(lane)
    // A balancer's health checks notice a dead server half of the time.
    if (lane.balanced && connection.server && connection.server.lifeAt(at).upAt > at && rng() < 0.5) {
      connection.server = servers.find(server => server.lifeAt(at).upAt <= at) ?? connection.server
    }
  }

  function attempt(
    lane: LandingLane,
    at: number,
    timeout: number,
    connectTimeout: number,
    ping: boolean,
  ): Ending {
    const connection = connections.get(lane.id) as Connection
    const failed = (kind: AttemptResult['kind'], end: number, keepsConnection = false): Ending => ({
      at: end,
      result: { kind, latencyMs: (end - at) * 1000 },
      keepsConnection,
    })
    const cold = !connection.warm
    if (cold) connect(lane, connection, at)
    const server = connection.server as LockoutServer
    const life = server.lifeAt(at)
    if (life.upAt > at) {
      if (lane.kind === 'direct') return failed('refused', at + 0.002)
      return cold
        ? failed('connect-timeout', at + Math.min(timeout, connectTimeout))
        : failed('reset', at + 0.002)
    }
    const giveUp = at + timeout
    if (cold && cell.answers === 'silent' && rng() < DEAD_CONNECTIONS) {
      return ping ? failed('dead', Math.min(giveUp, at + PING_SECONDS)) : failed('timeout', giveUp)
    }
    const arrives = at + (cold ? handshakeTime(cell, rng) : 0)
    if (arrives - at > Math.min(timeout, connectTimeout)) {
      return failed('connect-timeout', at + Math.min(timeout, connectTimeout))
    }
    if (life.downAt < arrives) return failed('reset', life.downAt)
    const answer = (status: number, end: number, effect?: number): Ending => ({
      at: end,
      result: { kind: 'answer', status, retryAfterMs: 1_000, latencyMs: (end - at) * 1000 },
      keepsConnection: true,
      effectAt: effect,
    })
    const queues = cell.answers === '429' && lane.kind === 'ordinary'
    const inWindow = life.upAt > 0 && arrives - life.upAt < 5
    if (queues && !inWindow && rng() < 0.2) return answer(429, Math.min(arrives + 0.005, giveUp))
    const limit =
      arrives +
      (queues ? Math.min(QUEUE_LIMIT, options.sendsDeadline ? timeout / 4 : QUEUE_LIMIT) : SERVER_TIMEOUT)
    const chance = server.nextChance(arrives, Math.min(limit, life.downAt, giveUp), lane.kind !== 'ordinary')
    if (!chance) {
      if (life.downAt <= Math.min(limit, giveUp)) return failed('reset', life.downAt)
      return limit <= giveUp ? answer(queues ? 429 : 504, limit) : failed('timeout', giveUp, true)
    }
    if (lane.kind === 'ordinary' && life.upAt > 0 && chance.at - life.upAt < RBAC_SECONDS) {
      return answer(403, Math.min(chance.at + 0.01, giveUp))
    }
    const end = chance.at + chance.serviceSeconds
    const last = Math.min(life.downAt, giveUp, arrives + SERVER_TIMEOUT)
    if (end <= last) {
      // The answer is lost on its way now and then; the effect stays.
      return rng() < LOST_ANSWERS ? { ...failed('reset', end), effectAt: end } : answer(200, end, end)
    }
    if (last === life.downAt) return failed('reset', last)
    if (last === giveUp) return failed('timeout', last, true)
    return answer(504, last, rng() < 0.5 ? end : undefined)
  }

  function carryOut(commands: LandingCommand[]): void {
    for (const command of commands) {
      if (command.type === 'done') {
        finished = true
        trial.seconds = now
        trial.landed = command.verdict === 'landed'
        trial.wrong = trial.landed && effectAt > now
        return
      }
      if (command.type === 'wake')
        queue.push({ at: command.atMs / 1000, run: () => policy.on({ type: 'wake' }, now * 1000) })
      if (command.type === 'probe') {
        const at = now + 0.001
        const lane = lanes.find(other => other.id === command.lane) as LandingLane
        const up = (server?: LockoutServer) => server !== undefined && server.lifeAt(at).upAt <= at
        const open = lane.balanced ? servers.some(up) : up(pick(lane))
        queue.push({ at, run: () => policy.on({ type: 'probe', lane: command.lane, open }, now * 1000) })
      }
      if (command.type === 'send') {
        const lane = lanes.find(other => other.id === command.lane) as LandingLane
        const connection = connections.get(lane.id) as Connection
        trial.attempts++
        trial.sends.push(now)
        const ending = attempt(
          lane,
          now,
          command.timeoutMs / 1000,
          command.connectTimeoutMs / 1000,
          command.ping,
        )
        queue.push({
          at: ending.at,
          run: () => {
            connection.warm = ending.keepsConnection && options.warm
            if (ending.effectAt !== undefined && ending.effectAt <= now)
              effectAt = Math.min(effectAt, ending.effectAt)
            const gone = effectAt < now && ending.result.status === 200
            const result = gone ? { ...ending.result, status: 404 } : ending.result
            return policy.on({ type: 'result', lane: lane.id, ...result }, now * 1000)
          },
        })
        if (ending.effectAt !== undefined && ending.effectAt > ending.at) {
          const late = ending.effectAt
          queue.push({
            at: late,
            run: () => {
              effectAt = Math.min(effectAt, late)
              return []
            },
          })
        }
      }
    }
  }

  carryOut(policy.start(0))
  while (!finished && queue.length > 0) {
    let next = 0
    for (let i = 1; i < queue.length; i++) {
      if ((queue[i] as { at: number }).at < (queue[next] as { at: number }).at) next = i
    }
    const [event] = queue.splice(next, 1)
    if (!event || event.at > HORIZON_SECONDS) break
    now = Math.max(now, event.at)
    carryOut(event.run())
  }
  return trial
}
