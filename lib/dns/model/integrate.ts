/** Nodes and weights of the 8-point Gauss-Legendre rule on [-1, 1]; the rule is symmetric. */
const NODES: readonly (readonly [number, number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
]

/** Integral of `f` over [from, to] by Gauss-Legendre on each part between `breaks` (where `f` has kinks). */
export function integrate(
  f: (x: number) => number,
  from: number,
  to: number,
  breaks: readonly number[] = [],
): number {
  if (!(to > from)) return 0
  const inner = breaks.filter(x => x > from && x < to).sort((a, b) => a - b)
  let sum = 0
  let left = from
  for (const right of [...inner, to]) {
    const half = (right - left) / 2
    const middle = (right + left) / 2
    for (const [x, weight] of NODES) sum += weight * half * (f(middle - half * x) + f(middle + half * x))
    left = right
  }
  return sum
}

/** Root of an increasing `f` in [low, high]; the nearer end when there is none inside. */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  let lo = low
  let hi = high
  for (let i = 0; i < 60; i++) {
    const middle = (lo + hi) / 2
    if (f(middle) > 0) hi = middle
    else lo = middle
  }
  return (lo + hi) / 2
}

/** The positive part of `x`. */
export const positive = (x: number): number => Math.max(0, x)

/** `base^n e^-decay / n!` in logarithms, so that neither overflows. `logFactorial` is ln n!. */
export function poissonTerm(base: number, n: number, decay: number, logFactorial: number): number {
  if (n === 0) return Math.exp(-decay)
  return base > 0 ? Math.exp(n * Math.log(base) - decay - logFactorial) : 0
}
