/** The next of 1, 2, 4, 5 or 10 times a power of ten above `value`, so that half of it reads well too. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 4, 5, 10].find(s => s * power >= value * 1.02) ?? 20
  return step * power
}
