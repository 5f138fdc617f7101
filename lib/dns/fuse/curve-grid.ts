/** Instants for curves: fine near the start and around each bend, and a tail for caches that lose their source late. */
export function timeGrid(end: number, latest: number, kinks: readonly number[]): Float64Array {
  // Names that no cache outlives fail at once: that curve too needs a second point to be read between.
  const last = Math.max(1, end + latest)
  const points = new Set<number>([0, 0.1, 0.3, 1, 2, 4, 8, 15, 30])
  const cuts = [0, ...new Set(kinks), end, last].sort((a, b) => a - b)
  for (let i = 1; i < cuts.length; i++) {
    const from = cuts[i - 1] ?? 0
    const span = (cuts[i] ?? 0) - from
    if (span < 0.5) continue
    const steps = Math.max(4, Math.min(40, Math.round((60 * span) / last)))
    for (let k = 0; k <= steps; k++) points.add(from + (span * k) / steps)
  }
  return Float64Array.from([...points].filter(t => t <= last).sort((a, b) => a - b))
}

/** Index of the last time that is not after t, at most the last but one. */
export function locate(times: Float64Array, t: number): number {
  let low = 0
  let high = times.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= t) low = middle
    else high = middle
  }
  return low
}

/** Value at t between the times k and k+1; beyond the last one, the last value. */
export function interpolate(times: Float64Array, f: Float64Array, k: number, t: number): number {
  const from = times[k] as number
  const a = f[k] as number
  return a + ((f[k + 1] as number) - a) * Math.min(1, (t - from) / ((times[k + 1] as number) - from))
}

/** Mean over the shifts of f(t − shift), f being 1 before 0. */
export function averageShifted(
  times: Float64Array,
  f: Float64Array,
  shifts: readonly number[],
): Float64Array {
  const n = times.length
  const out = new Float64Array(n)
  for (const shift of shifts) {
    let k = 0
    for (let i = 0; i < n; i++) {
      const t = (times[i] as number) - shift
      if (t < 0) {
        out[i] = (out[i] as number) + 1
        continue
      }
      while (k < n - 2 && (times[k + 1] as number) <= t) k++
      out[i] = (out[i] as number) + interpolate(times, f, k, t)
    }
  }
  for (let i = 0; i < n; i++) out[i] = (out[i] as number) / shifts.length
  return out
}

/** Mean of f(t − v) over v ~ U(0, width), f being 1 before 0: what caches inside programs make of the layer below. */
export function averageUniform(times: Float64Array, f: Float64Array, width: number): Float64Array {
  if (width <= 0) return f
  const n = times.length
  const area = new Float64Array(n)
  for (let i = 1; i < n; i++) {
    const span = (times[i] as number) - (times[i - 1] as number)
    area[i] = (area[i - 1] as number) + (span * ((f[i] as number) + (f[i - 1] as number))) / 2
  }
  const areaTo = (t: number) => {
    if (t <= 0) return t
    const k = locate(times, t)
    const from = times[k] as number
    return (area[k] as number) + ((t - from) * ((f[k] as number) + interpolate(times, f, k, t))) / 2
  }
  return times.map(t => (areaTo(t) - areaTo(t - width)) / width)
}

/** Adds weight·S to `sum`, S from J by the master rule S′ = λ(J − S), J taken as constant between two times. */
export function addSurvival(
  times: Float64Array,
  j: Float64Array,
  { rate, weight }: { rate: number; weight: number },
  sum: Float64Array,
): void {
  let s = 1
  sum[0] = (sum[0] as number) + weight
  for (let i = 1; i < times.length; i++) {
    const fade = Math.exp(-rate * ((times[i] as number) - (times[i - 1] as number)))
    s = s * fade + (1 - fade) * (((j[i] as number) + (j[i - 1] as number)) / 2)
    sum[i] = (sum[i] as number) + weight * s
  }
}

/** First time at which the falling `f` reaches `level`; the last time when it does not. */
export function crossing(times: Float64Array, f: Float64Array, level: number): number {
  for (let i = 0; i < times.length; i++) {
    const here = f[i] as number
    if (here > level) continue
    if (i === 0) return times[0] as number
    const before = f[i - 1] as number
    const share = before > here ? (before - level) / (before - here) : 1
    return (times[i - 1] as number) + Math.max(0, share) * ((times[i] as number) - (times[i - 1] as number))
  }
  return times.at(-1) ?? 0
}
