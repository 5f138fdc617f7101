import { integrate } from './integrate'

/** F(t) = ∫ (1 − S(t−u)) dT0(u) for T0 uniform in [from, to]; `survived` is S of one (node, name) pair. */
export function failedCluster(
  t: number,
  survived: (t: number) => number,
  { from, to }: { from: number; to: number },
): number {
  if (to <= from) return t > from ? 1 - survived(t - from) : 0
  const end = Math.min(t, to)
  const cuts = Array.from({ length: 8 }, (_, i) => from + ((end - from) * i) / 8)
  return integrate(u => 1 - survived(t - u), from, end, cuts) / (to - from)
}

/**
 * P(weight of failed members > headroom), members failing independently: dynamic programming on weights in steps of a
 * thousandth of the whole.
 */
export function lossExceeds(
  members: readonly { weight: number; failed: number }[],
  headroom: number,
): number {
  const all = members.reduce((sum, m) => sum + m.weight, 0)
  if (!(all > 0)) return 0
  const p = new Float64Array(1001)
  p[0] = 1
  for (const { weight, failed } of members) {
    const w = Math.round((weight / all) * 1000)
    for (let i = 1000; i >= 0; i--)
      p[i] = (p[i] ?? 0) * (1 - failed) + (i >= w ? (p[i - w] ?? 0) * failed : 0)
  }
  return p.reduce((sum, x, i) => (i > headroom * 1000 + 1e-9 ? sum + x : sum), 0)
}
