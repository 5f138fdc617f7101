import { positive } from './integrate'
import { answered, survivalFromAnswered } from './survival'

/** A node cache below `replicas` upper caches that hand down aged TTLs and are all lost at T0. */
export interface BehindRecord {
  rate: number
  ttl: number
  replicas?: number
  /** Node caches that share the upper ones; without a number, the upper copies are always warm. */
  nodes?: number
  minTtl?: number
}

/**
 * J of a node cache fed from above. It stores V, what was left above: P(V > l) = (1−1/r)(1−l/τ) +
 * (1/r)(1−e^(−λ(τ−l)))/(1−e^(−λτ)), MINTTL from below, and V = τ when the upper copy had itself expired.
 * J = λ ∫ₜ P(V > l) dl / (1 + λ E V). Within 0.02 of event simulation for r ≤ 4, too pessimistic beyond.
 */
export function answeredBehind(record: BehindRecord): (t: number) => number {
  const { rate, ttl, replicas = 1, nodes = Number.POSITIVE_INFINITY, minTtl = 0 } = record
  const first = -Math.expm1(-rate * ttl)
  const aged = (l: number) =>
    l >= ttl
      ? 0
      : ((1 - 1 / replicas) * (ttl - l) ** 2) / (2 * ttl) +
        (ttl - l + Math.expm1(-rate * (ttl - l)) / rate) / (first * replicas)
  let warm = 1
  const tail = (l: number) => warm * aged(l) + (1 - warm) * positive(ttl - l)
  const lifeBeyond = (l: number) => (l < minTtl ? tail(minTtl) + minTtl - l : tail(l))
  for (let i = 0; i < 4 && nodes < Number.POSITIVE_INFINITY; i++) {
    const asked = ttl * (replicas > 1 ? nodes / replicas / (lifeBeyond(0) + 1 / rate) : nodes * rate)
    warm = asked / (1 + asked)
  }
  const cycle = 1 + rate * lifeBeyond(0)
  return t => (rate * lifeBeyond(t)) / cycle
}

export function survivalBehind(t: number, record: BehindRecord): number {
  if (record.rate <= 0) return 1
  return survivalFromAnswered(t, record.rate, answeredBehind(record), [record.ttl, record.minTtl ?? 0])
}

/**
 * The same for hot names, exact: (1−x)(1 − x(r−1)/(r+1)), x = t/τ. One upper cache gives 1−x: aged TTLs lock the node
 * copies to its phase. (1−x)² is the limit of many replicas.
 */
export function survivalBehindHot(t: number, ttl: number, replicas: number): number {
  const x = Math.min(1, Math.max(0, t / ttl))
  return (1 - x) * (1 - (x * (replicas - 1)) / (replicas + 1))
}

/**
 * Only the authority is lost and one upper cache lives above `nodes` node caches: all expire with its copy, which is
 * asked for at rate nodes·λ. Exact; the nodes fail together.
 */
export function survivalShared(t: number, record: { rate: number; ttl: number; nodes: number }): number {
  const upper = { rate: record.rate * record.nodes, ttl: record.ttl }
  return survivalFromAnswered(t, record.rate, l => answered(l, upper), [record.ttl])
}

/**
 * `keepttl` in the upper cache, which outlives the authority; hot names. What is left is U(0,τ) + U(0,τ), so a name
 * lives for up to 2τ. Exact for λ → ∞.
 */
export function survivalKeepttlHot(t: number, ttl: number): number {
  if (t <= 0) return 1
  return t <= ttl ? 1 - (t * t) / (2 * ttl * ttl) : positive(2 * ttl - t) ** 2 / (2 * ttl * ttl)
}

/**
 * J of the last of several layers in independent phases; `rates[0]` arrives at the layer next to the authority. On a
 * grid: Jⱼ(l) = λⱼ ∫ₗ Gⱼ / (1 + λⱼ ∫ Gⱼ) and Gⱼ₊₁ = Jⱼ + (1 − Jⱼ(0)) Gⱼ, G(l) = P(stored life > l).
 * Hot names: (1−x)^m for m layers. Up to 0.035 too pessimistic with few instances a layer.
 */
export function answeredLayers(
  t: number,
  chain: { ttl: number; rates: readonly number[]; cells?: number },
): number {
  const { ttl, rates, cells = 128 } = chain
  if (t >= ttl) return 0
  const step = ttl / cells
  const stored = new Float64Array(cells).fill(1)
  const share = new Float64Array(cells + 1)
  for (const rate of rates) {
    const tail = new Float64Array(cells + 1)
    for (let i = cells - 1; i >= 0; i--) tail[i] = (tail[i + 1] ?? 0) + (stored[i] ?? 0) * step
    const cycle = 1 + rate * (tail[0] ?? 0)
    for (let i = 0; i <= cells; i++) share[i] = (rate * (tail[i] ?? 0)) / cycle
    const missed = 1 - (share[0] ?? 0)
    for (let i = 0; i < cells; i++) {
      stored[i] = ((share[i] ?? 0) + (share[i + 1] ?? 0)) / 2 + missed * (stored[i] ?? 0)
    }
  }
  const i = Math.floor(t / step)
  const here = share[i] ?? 0
  return here + ((share[i + 1] ?? 0) - here) * (t / step - i)
}
