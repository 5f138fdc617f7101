/** Quantile by linear interpolation; undefined for no values. */
export function quantile(values: readonly number[], p: number): number | undefined {
  if (values.length === 0) return undefined
  const sorted = [...values].sort((a, b) => a - b)
  const at = Math.min(Math.max(p, 0), 1) * (sorted.length - 1)
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low + (high - low) * (at - Math.floor(at))
}

export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5)
}

/** Range from the 10th to the 90th percentile; 0 for fewer than two values. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.9) ?? 0) - (quantile(values, 0.1) ?? 0)
}

/** Lower end of Wilson's 95 % interval of a share: few cases give little, 1 of 1 gives 0.21; 0 for no cases. */
export function wilsonLower(hits: number, cases: number): number {
  if (cases <= 0) return 0
  const z2 = 1.96 ** 2
  const share = Math.min(1, Math.max(0, hits / cases))
  const centre = share + z2 / (2 * cases)
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / cases + z2 / (4 * cases * cases))
  return Math.max(0, (centre - margin) / (1 + z2 / cases))
}

/** Two-sided 95 % quantile of Student's t. Exact for one and two degrees of freedom, within 1 % above. */
export function studentQuantile(degrees: number): number {
  if (degrees <= 0) return Number.POSITIVE_INFINITY
  if (degrees === 1) return 12.706
  if (degrees === 2) return 4.303
  // Cornish and Fisher's expansion around the normal quantile.
  const z = 1.95996
  const first = (z ** 3 + z) / (4 * degrees)
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2)
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  return z + first + second + third
}

/** A least-squares line. */
export interface Line {
  slope: number
  intercept: number
  /** Of the slope. */
  standardError: number
  r2: number
  points: number
}

/** Ordinary least squares; undefined for fewer than three points or no spread in x. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line | undefined {
  const n = points.length
  if (n < 3) return undefined
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n
  let xx = 0
  let xy = 0
  let yy = 0
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2
    xy += (x - meanX) * (y - meanY)
    yy += (y - meanY) ** 2
  }
  if (!(xx > 1e-9 * n)) return undefined
  const slope = xy / xx
  const unexplained = Math.max(0, yy - slope * xy)
  return {
    slope,
    intercept: meanY - slope * meanX,
    standardError: Math.sqrt(unexplained / (n - 2) / xx),
    r2: yy > 0 ? 1 - unexplained / yy : 0,
    points: n,
  }
}

export function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value))
}
