import { evenPoints } from '../model/bands'

/** One way the unknowns may be; all weigh the same until evidence comes in. */
export interface Particle {
  /** Factor on the assumed lookups a second. */
  traffic: number
  /** Skew of the names' popularity (Zipf). */
  skew: number
  /** Seconds from the API server's loss to the first failed answer. */
  delay: number
  /** Mean seconds, after that, until a replica of CoreDNS has gone too. */
  ramp: number
  /** How much longer than by `ramp` names find a replica that lives, since failed lookups are repeated. */
  persistence: number
  /** 0–1, decides alternatives such as what a lost upstream answers. */
  choice: number
}

/** A power of two of evenly spread points gives bands within about 0.03 of 10⁵ random draws. */
export const PARTICLE_COUNT = 48

/**
 * Calibrated on the incident of 2024-12-11: names began to fail about a minute after the API server was lost, and
 * caches of 20 minutes were empty some 20 minutes after that. A CoreDNS that nothing restarts answers for hours, so
 * these are the times of an incident, not of quiet days.
 */
export const DELAY_MEDIAN_SECONDS = 30
const RAMP_MEDIAN_SECONDS = 45

export const PARTICLES: readonly Particle[] = evenPoints(PARTICLE_COUNT, 6).map(
  ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => ({
    traffic: Math.exp(Math.log(3) * normalQuantile(a)),
    skew: 0.6 + 0.6 * b,
    delay: DELAY_MEDIAN_SECONDS * Math.exp(Math.log(2.5) * normalQuantile(c)),
    ramp: RAMP_MEDIAN_SECONDS * Math.exp(Math.log(2) * normalQuantile(d)),
    persistence: 1 + 1.2 * e,
    choice: f,
  }),
)

/** Standard normal quantile after Acklam's rational approximation; relative error below 1.2e-9. */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    const top =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783
    const bottom =
      (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
      1
    return top / bottom
  }
  const q = p - 0.5
  const r = q * q
  const top =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1
  return (top * q) / bottom
}
