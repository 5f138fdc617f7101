import type { CacheAnswers, CacheLook } from '../metrics/cache-answers'
import { zipf } from '../model/population'
import { type FuseCurve, particleShare } from './read-curve'

/**
 * What programs may want in an outage, over what they wanted before, with how likely that is: some have crashed, others
 * start again and again.
 */
const DEMANDS = [
  { demand: 0.5, chance: 0.1 },
  { demand: 0.7, chance: 0.2 },
  { demand: 1, chance: 0.4 },
  { demand: 1.4, chance: 0.2 },
  { demand: 2, chance: 0.1 },
]
/** Looks that are compared, spread from T0 to now: so fine is what they teach. */
const LOOKS = 8
/** Each look sees mostly the copies of the look before: all together count as so many. */
const INDEPENDENT_LOOKS = 2
/** Skew of the names' popularity, in the middle of what is taken as possible. */
const SKEW = 0.9
/** T0 is known to within a probe's round. */
const CLOCK_ERROR_MS = 10_000
/** However many caches are read, they are of one cluster, and the model is not exact. */
const MODEL_ERROR = 0.05
/** No look rules a particle out: so many standard deviations count at most. */
const MOST_DEVIATIONS = 3.5

/** Looks at counters since T0, and how many independent records they are of. */
export interface SeenCaches {
  copies: number
  looks: readonly CacheLook[]
}

/**
 * What counters of node caches tell since T0; undefined while that is nothing. Thousands of lookups are of a few
 * records, each of which ends once: they count as (Σλ)²/Σλ² records a cache (Kish), not as lookups.
 */
export function seenCaches(answers: CacheAnswers | undefined, t0At: number): SeenCaches | undefined {
  // What was counted before T0 too would make the rest seem better than it is.
  const looks = answers?.looks.filter(({ from }) => from >= t0At - CLOCK_ERROR_MS) ?? []
  if (!answers || looks.length === 0) return undefined
  return { copies: answers.caches * effectiveNames(answers.names), looks: thin(looks) }
}

/**
 * Log likelihood of the looks in one particle's world. `kept` is expected to be demand × J(u)/J(0), since some records
 * had expired at T0 as well; its deviation is that of `copies` records, and the model's own error. `floor` bounds J
 * from below whatever is wanted. The demand is not known: the mean over it is taken.
 */
export function logOfCaches(
  curve: Pick<FuseCurve, 'times' | 'shares'>,
  particle: number,
  t0At: number,
  { copies, looks }: SeenCaches,
): number {
  const whole = Math.max(MODEL_ERROR, particleShare(curve, particle, 0))
  const expected = looks.map(({ at }) => {
    const share = Math.min(1, particleShare(curve, particle, (at - t0At) / 1000) / whole)
    return { share, deviation: Math.sqrt((share * (1 - share)) / copies + MODEL_ERROR ** 2) }
  })
  const likelihood = ({ demand, chance }: (typeof DEMANDS)[number]) => {
    let squares = 0
    for (const [i, { kept, floor }] of looks.entries()) {
      const { share, deviation } = expected[i] ?? { share: 1, deviation: 1 }
      const off = (kept - demand * share) / (deviation * Math.max(1, demand))
      const over = Math.max(0, floor - share) / deviation
      squares += Math.min(MOST_DEVIATIONS ** 2, off ** 2) + Math.min(MOST_DEVIATIONS ** 2, over ** 2)
    }
    return chance * Math.exp((-squares * Math.min(1, INDEPENDENT_LOOKS / looks.length)) / 2)
  }
  return Math.log(DEMANDS.reduce((sum, one) => sum + likelihood(one), 0))
}

function effectiveNames(names: number): number {
  const classes = zipf(1, Math.max(1, Math.round(names)), SKEW)
  return 1 / classes.reduce((sum, { rate, count }) => sum + count * rate * rate, 0)
}

/** The newest look and, of those before it, evenly many. */
function thin(looks: readonly CacheLook[]): CacheLook[] {
  const many = Math.min(LOOKS, looks.length)
  return Array.from(
    { length: many },
    (_, i) => looks[Math.ceil(((i + 1) * looks.length) / many) - 1],
  ).flatMap(look => look ?? [])
}
