import { type TimeWindow, WHOLE } from './read-expiry'

const NARROWEST_S = 60
const STEPS_S = [10, 30, 60, 120, 300, 600, 1_800, 3_600]

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** A window of this length around `centre`, inside what is known and no narrower than a minute. */
export function windowAround(centre: number, length: number): TimeWindow {
  const span = clamp(Math.round(length), NARROWEST_S, WHOLE.to - WHOLE.from)
  const from = clamp(Math.round(centre - span / 2), WHOLE.from, WHOLE.to - span)
  return { from, to: from + span }
}

/** Zooms by `factor` (below 1: nearer) and keeps the instant `at` where it is. */
export function zoomWindow({ from, to }: TimeWindow, factor: number, at = (from + to) / 2): TimeWindow {
  const length = clamp((to - from) * factor, NARROWEST_S, WHOLE.to - WHOLE.from)
  const share = (at - from) / (to - from)
  return windowAround(at + length * (0.5 - share), length)
}

/** Moves by a share of its own length. */
export function panWindow({ from, to }: TimeWindow, share: number): TimeWindow {
  const length = to - from
  return windowAround((from + to) / 2 + length * share, length)
}

/** Instants to name on the axis: the ends, and round ones between them, at most `most`. */
export function ticksOf({ from, to }: TimeWindow, most: number): number[] {
  const step = STEPS_S.find(s => (to - from) / s + 1 <= most) ?? to - from
  const inner: number[] = []
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) inner.push(t === 0 ? 0 : t)
  const margin = (to - from) / (2 * most)
  return [from, ...inner.filter(t => t - from > margin && to - t > margin), to]
}

/** `-600,300` in an address; anything that is no window is the whole. */
export function parseWindow(text: string | null): TimeWindow {
  const [from, to, ...rest] = (text ?? '').split(',').map(Number)
  if (from === undefined || to === undefined || rest.length > 0 || !(to > from)) return WHOLE
  return windowAround((from + to) / 2, to - from)
}

/** For an address; null for the whole, which needs no words. */
export function formatWindow({ from, to }: TimeWindow): string | null {
  return from === WHOLE.from && to === WHOLE.to ? null : `${from},${to}`
}
