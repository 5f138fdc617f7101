import { exponential, normal, seededRandom } from './seeded-random'

/**
 * A world to grade landing policies in: API servers that admit almost nobody. Chances to be served form a point
 * process (at, age, X): at `at`, a request that has waited `age` at that server is taken up and answered X later.
 * Times are seconds. One cell of the grid:
 */
export interface Cell {
  /** Chance that one ordinary attempt with a new connection and 5 s of patience succeeds while locked out. */
  p: number
  collapse: 'cpu' | 'memory'
  restarts: boolean
  /** Queues that answer 429, or silence until the deadline. */
  answers: '429' | 'silent'
}

export interface Chance {
  at: number
  /** Seconds that an ordinary request must have queued before. */
  age: number
  serviceSeconds: number
  /** Ordinary requests are taken up too. */
  ordinary: boolean
}

export interface Life {
  upAt: number
  downAt: number
}

export const HORIZON_SECONDS = 4 * 3600
const LULL_MEAN_SECONDS = 1.5
const LULL_RATE = 4
const WINDOW_RATE = 8

const medianService = (cell: Cell) => (cell.collapse === 'cpu' ? 4 : 0.9)
const serviceTime = (cell: Cell, rng: () => number) => medianService(cell) * Math.exp(0.85 * normal(rng))
export const handshakeTime = (cell: Cell, rng: () => number) => serviceTime(cell, rng) / 5
const exemptFactor = (cell: Cell) => (cell.answers === 'silent' ? 1.2 : cell.collapse === 'cpu' ? 2 : 6)
const queueAge = (cell: Cell, rng: () => number) => (cell.answers === '429' && rng() < 0.7 ? rng() * 14 : 0)

/** Rates that make `p` true, half of it from a steady trickle and half from lulls. */
export function calibrate(cell: Cell): { tricklePerSecond: number; lullsPerSecond: number } {
  const rng = seededRandom(77)
  const draws = 4_000
  // kubectl sends its deadline along, so an ordinary request queues a quarter of it at most.
  const queueLimit = cell.answers === '429' ? 1.25 : Number.POSITIVE_INFINITY
  const admitted = cell.answers === '429' ? 0.8 : 1
  const serves = (sinceSent: number, handshake: number) => {
    const waited = sinceSent - handshake
    return waited >= queueAge(cell, rng) && waited <= queueLimit && sinceSent + serviceTime(cell, rng) <= 5
  }
  let trickle = 0
  let lulls = 0
  for (let i = 0; i < draws; i++) {
    const handshake = handshakeTime(cell, rng)
    if (serves(rng() * 5, handshake)) trickle++
    // A lull that begins at any instant from 10 s before the attempt to its end.
    let at = rng() * 15 - 10
    const end = at + exponential(rng, LULL_MEAN_SECONDS)
    for (at += exponential(rng, 1 / LULL_RATE); at < end; at += exponential(rng, 1 / LULL_RATE)) {
      if (at < 0 || at > 5 || !serves(at, handshake)) continue
      lulls++
      break
    }
  }
  const half = -Math.log(1 - Math.min(0.99, cell.p / admitted)) / 2
  return {
    tricklePerSecond: half / ((5 * Math.max(1, trickle)) / draws),
    lullsPerSecond: half / ((15 * Math.max(1, lulls)) / draws),
  }
}

/** One API server; its future is drawn in blocks as somebody asks for it, the same for every policy. */
export class LockoutServer {
  readonly lives: Life[] = []
  #chances: Chance[] = []
  #drawnTo = 0
  readonly #rng: () => number
  readonly #speed: number

  constructor(
    private readonly cell: Cell,
    private readonly rates: { tricklePerSecond: number; lullsPerSecond: number },
    seed: number,
  ) {
    this.#rng = seededRandom(seed)
    this.#speed = Math.exp(0.5 * normal(this.#rng) - 0.125)
    const meanUp = cell.collapse === 'cpu' ? 300 : 90
    let at = 0
    while (at < HORIZON_SECONDS + 600) {
      const up = cell.restarts ? exponential(this.#rng, meanUp) : Number.POSITIVE_INFINITY
      this.lives.push({ upAt: at, downAt: at + up })
      at += up + 2 + exponential(this.#rng, 12)
    }
  }

  /** The life the server is in, or the next one. */
  lifeAt(at: number): Life {
    for (const life of this.lives) if (life.downAt > at) return life
    return { upAt: Number.POSITIVE_INFINITY, downAt: Number.POSITIVE_INFINITY }
  }

  /** The first chance that takes up a request present from `from` until `until`. */
  nextChance(from: number, until: number, exempt: boolean): Chance | undefined {
    let i = this.#firstAfter(from)
    for (;;) {
      const chance = this.#chances[i]
      if (!chance || chance.at >= this.#drawnTo) {
        if (this.#drawnTo >= until) return undefined
        const seenTo = this.#drawnTo
        this.#draw()
        i = this.#firstAfter(Math.max(from, seenTo))
        continue
      }
      if (chance.at > until) return undefined
      if (exempt || (chance.ordinary && chance.at - from >= chance.age)) return chance
      i++
    }
  }

  #firstAfter(at: number): number {
    let low = 0
    let high = this.#chances.length
    while (low < high) {
      const mid = (low + high) >> 1
      if ((this.#chances[mid] as Chance).at < at) low = mid + 1
      else high = mid
    }
    return low
  }

  #draw(): void {
    const from = this.#drawnTo
    // Short blocks where chances are many, so that little is drawn in vain.
    const to = from + (this.cell.p >= 0.05 ? 30 : this.cell.p >= 0.005 ? 120 : 480)
    const factor = exemptFactor(this.cell)
    const points: Chance[] = []
    const spray = (start: number, end: number, rate: number, ordinaryShare: number) => {
      for (
        let at = start + exponential(this.#rng, 1 / rate);
        at < end;
        at += exponential(this.#rng, 1 / rate)
      ) {
        const chance = {
          at,
          age: ordinaryShare < 1 ? queueAge(this.cell, this.#rng) : 0,
          serviceSeconds: serviceTime(this.cell, this.#rng),
          ordinary: this.#rng() < ordinaryShare,
        }
        if (this.lifeAt(at).upAt <= at) points.push(chance)
      }
    }
    spray(from, to, this.rates.tricklePerSecond * this.#speed * factor, 1 / factor)
    const lullRate = this.rates.lullsPerSecond * this.#speed
    for (
      let at = from + exponential(this.#rng, 1 / lullRate);
      at < to;
      at += exponential(this.#rng, 1 / lullRate)
    ) {
      spray(at, at + exponential(this.#rng, LULL_MEAN_SECONDS), LULL_RATE, 1)
    }
    for (const life of this.lives) {
      if (life.upAt === 0 || life.upAt < from || life.upAt >= to) continue
      spray(life.upAt, life.upAt + 1.5 + exponential(this.#rng, 4), WINDOW_RATE, 1)
    }
    // Lulls and windows may reach past the block's end, so the tail is sorted as a whole.
    this.#chances = this.#chances.concat(points).sort((a, b) => a.at - b.at)
    this.#drawnTo = to
  }
}
