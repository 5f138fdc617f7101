import { bisect } from './integrate'

/** First second at which the increasing `failed(t)` reaches `share`; Infinity when not within `max` seconds. */
export function timeToShare(failed: (t: number) => number, share = 0.05, max = 86_400): number {
  if (failed(max) < share) return Number.POSITIVE_INFINITY
  return Math.exp(bisect(x => failed(Math.exp(x)) - share, -7, Math.log(max)))
}
