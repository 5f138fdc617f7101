import { createPolicy } from '../landing-policy'
import type { LandingLane, LandingPolicy } from '../landing-terms'
import { type Cell, calibrate, LockoutServer } from './lockout-server'
import { runTrial, type Trial, vigil } from './lockout-trial'
import { seededRandom } from './seeded-random'

const SERVERS = 3

const ALL_LANES: LandingLane[] = [
  { id: 'ordinary', kind: 'ordinary', balanced: true },
  { id: 'exempt', kind: 'exempt', balanced: true },
  ...Array.from({ length: SERVERS }, (_, i) => ({
    id: `direct-${i + 1}`,
    kind: 'direct' as const,
    balanced: false,
  })),
]

/** A policy under test with the lanes it may use. */
export interface Contender {
  name: string
  lanes: LandingLane[]
  /** Connections are kept between attempts. */
  warm: boolean
  /** Sends its deadline along, as `kubectl --request-timeout` does. */
  sendsDeadline: boolean
  make(lanes: LandingLane[], rng: () => number): LandingPolicy
}

export const RECOMMENDED: Contender = {
  name: 'recommended',
  lanes: ALL_LANES,
  warm: true,
  sendsDeadline: false,
  make: (lanes, rng) => createPolicy({ lanes, rng }),
}

/** What a person's shell loop does: try for 5 s, wait 1 s, try again, on one lane. */
export const kubectlLoop = (kind: 'ordinary' | 'exempt'): Contender => ({
  name: `kubectl loop, ${kind}`,
  lanes: ALL_LANES.filter(lane => lane.kind === kind),
  warm: false,
  sendsDeadline: true,
  make: ([lane]) => {
    const send = () => [
      {
        type: 'send' as const,
        lane: lane?.id ?? kind,
        timeoutMs: 5_000,
        connectTimeoutMs: 5_000,
        ping: false,
      },
    ]
    return {
      start: send,
      on(event, now) {
        if (event.type === 'wake') return send()
        if (event.type !== 'result') return []
        const landed = event.kind === 'answer' && (event.status === 200 || event.status === 404)
        return landed ? [{ type: 'done', verdict: 'landed' }] : [{ type: 'wake', atMs: now + 1_000 }]
      },
    }
  },
})

export interface CellFigures {
  cell: Cell
  policy: string
  clusters: number
  seconds: { p50: number; p95: number; p99: number; mean: number }
  attempts: { p50: number; p95: number; p99: number; mean: number }
  /** Against a waiter with perfect hands at every server. */
  timeRatio: number
  attemptsRatio: number
  unlanded: number
  wrong: number
}

/** The 40 cells: five chances of admission × CPU or memory × restarts or not × 429s or silence. */
export function gridCells(ps: number[] = [0.001, 0.005, 0.02, 0.05, 0.2]): Cell[] {
  return ps.flatMap(p =>
    (['cpu', 'memory'] as const).flatMap(collapse =>
      [false, true].flatMap(restarts =>
        (['429', 'silent'] as const).map(answers => ({ p, collapse, restarts, answers })),
      ),
    ),
  )
}

/** Runs one policy on `clusters` seeded clusters of one cell. */
export function runCell(
  cell: Cell,
  contender: Contender,
  clusters: number,
  seed: number,
): { figures: CellFigures; trials: Trial[] } {
  const rates = calibrate(cell)
  const trials: Trial[] = []
  let bestSeconds = 0
  let bestAttempts = 0
  for (let k = 0; k < clusters; k++) {
    const servers = Array.from(
      { length: SERVERS },
      (_, i) => new LockoutServer(cell, rates, seed * 1_000_003 + k * 31 + i),
    )
    const best = vigil(servers)
    bestSeconds += best.seconds
    bestAttempts += best.attempts
    const rng = seededRandom(seed * 7_919 + k)
    const policy = contender.make(contender.lanes, rng)
    trials.push(runTrial(cell, servers, contender.lanes, policy, rng, contender))
  }
  const seconds = summarise(trials.map(trial => trial.seconds))
  const attempts = summarise(trials.map(trial => trial.attempts))
  return {
    trials,
    figures: {
      cell,
      policy: contender.name,
      clusters,
      seconds,
      attempts,
      timeRatio: (seconds.mean * clusters) / bestSeconds,
      attemptsRatio: (attempts.mean * clusters) / bestAttempts,
      unlanded: trials.filter(trial => !trial.landed).length,
      wrong: trials.filter(trial => trial.wrong).length,
    },
  }
}

export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / Math.max(1, values.length))
}

function summarise(values: number[]): { p50: number; p95: number; p99: number; mean: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return {
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    mean: sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length),
  }
}
