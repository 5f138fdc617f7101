import { crossing } from '../fuse/curve-grid'
import { shareAlive } from '../fuse/name-copies'
import { PARTICLES } from '../fuse/particles'
import { type BandRows, shareAt, weightedBand } from '../fuse/read-curve'
import { answeredLive } from '../fuse/weigh-particles'
import { shareAnswered } from '../metrics/cache-answers'
import { shareInterval } from '../model/bands'
import type { Band, SurvivalPoint } from '../types'
import type { Burn, Forecast, ForecastVerdict, MeasuredPoint } from './types'

/** Points of each curve. */
const CURVE_POINTS = 60
/** Looks at the names that were read: at most so many, and not closer than this. */
const MOST_LOOKS = 30
const LEAST_LOOK_MS = 15_000
/** Programs' lookups in an outage over those before it, 80 % sure to lie between. */
const LITTLE_DEMAND = 0.7
const MUCH_DEMAND = 1.4
/** Below this share nothing is left to be right or wrong about. */
const NOTHING_LEFT = 0.01

/** Sets what was predicted at T0 against what was measured until `now`, or until it ended. */
export function describeForecast(clusterId: string, burn: Burn, now: number): Forecast {
  const { t0At, prior, lit, endedAt } = burn
  const until = Math.max(t0At, Math.min(now, endedAt ?? now))
  const dryPredicted = shift(weightedBand(prior.dry, undefined), t0At)
  const end = Math.max(until, dryPredicted.p90, lit.dry.p90)
  const instants = Array.from(
    { length: CURVE_POINTS + 1 },
    (_, i) => t0At + ((end - t0At) * i) / CURVE_POINTS,
  )
  const names = measuredNames(burn, until)
  const judged = judge(names, prior, t0At)
  return {
    clusterId,
    t0At,
    endedAt,
    ...judged,
    dryPredicted,
    dryNow: lit.dry,
    predicted: pointsOf(prior, t0At, instants),
    updated: pointsOf(lit.rows, lit.anchorAt, instants),
    measured: [...names, ...measuredCaches(burn, until), ...measuredLivePath(burn)],
  }
}

/** The newest look at names that still tells something, against the band of T0. */
function judge(
  names: readonly MeasuredPoint[],
  prior: BandRows,
  t0At: number,
): { verdict: ForecastVerdict; offBySeconds: number } {
  const telling = names.findLast(
    ({ share, predicted }) => share > NOTHING_LEFT || predicted.p90 > NOTHING_LEFT,
  )
  if (!telling) return { verdict: 'unmeasured', offBySeconds: 0 }
  const { share, low, high, predicted, at } = telling
  if (low <= predicted.p90 && high >= predicted.p10) return { verdict: 'holds', offBySeconds: 0 }
  const expectedAt = t0At + 1000 * crossing(prior.times, prior.p50, share)
  return {
    verdict: high < predicted.p10 ? 'too-hopeful' : 'too-careful',
    offBySeconds: Math.abs(expectedAt - at) / 1000,
  }
}

function measuredNames({ copies, t0At, prior, applicationTtlSeconds }: Burn, until: number): MeasuredPoint[] {
  if (copies.length === 0 || until <= t0At) return []
  const looks = Math.max(1, Math.min(MOST_LOOKS, Math.floor((until - t0At) / LEAST_LOOK_MS)))
  return Array.from({ length: looks }, (_, i) => {
    const at = t0At + ((until - t0At) * (i + 1)) / looks
    const answered = copies.length * shareAlive(copies, at, applicationTtlSeconds)
    const predicted = shareAt(prior, (at - t0At) / 1000)
    return pointOf('names', at, { asked: copies.length, answered }, predicted)
  })
}

/** The bounds are those of what programs may want in an outage: chance in thousands of lookups is less. */
function measuredCaches({ caches, t0At, prior }: Burn, until: number): MeasuredPoint[] {
  if (!caches) return []
  const asked = Math.max(1, Math.round(caches.caches * caches.names))
  const looks = caches.looks.filter(({ from, at }) => from >= t0At && at <= until)
  const step = Math.max(1, Math.ceil(looks.length / MOST_LOOKS))
  return looks
    .filter((_, i) => (looks.length - 1 - i) % step === 0)
    .map(look => {
      const share = shareAnswered(look)
      const [low, high] = [shareAnswered(look, MUCH_DEMAND), shareAnswered(look, LITTLE_DEMAND)]
      const predicted = shareAt(prior, (look.at - t0At) / 1000)
      return { of: 'caches', at: look.at, asked, answered: asked * share, share, low, high, predicted }
    })
}

function measuredLivePath({ livePath, t0At, replicas }: Burn): MeasuredPoint[] {
  return livePath.map(({ from, to, asked, answered }) => {
    const at = (from + to) / 2
    const alive = PARTICLES.map(({ ramp }) => answeredLive((at - t0At) / 1000, ramp, replicas))
    return pointOf('live-path', at, { asked, answered }, weightedBand(Float64Array.from(alive), undefined))
  })
}

function pointOf(
  of: MeasuredPoint['of'],
  at: number,
  { asked, answered }: { asked: number; answered: number },
  predicted: Band,
): MeasuredPoint {
  return { of, at, asked, answered, share: answered / asked, ...shareInterval(answered, asked), predicted }
}

function pointsOf(rows: BandRows, anchorAt: number, instants: readonly number[]): SurvivalPoint[] {
  return instants.map(at => ({ at, ...shareAt(rows, (at - anchorAt) / 1000) }))
}

const shift = ({ p10, p50, p90 }: Band, from: number): Band => ({
  p10: from + 1000 * p10,
  p50: from + 1000 * p50,
  p90: from + 1000 * p90,
})
