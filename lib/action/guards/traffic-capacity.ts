import { counted, type Guard, someOf } from './guard'

/** More than this times what the busiest endpoint of the route carries now is more than anybody has seen it bear. */
const BLOCK_FACTOR = 3
const WARN_FACTOR = 1

/** Whether the backend that gets the traffic can bear it, by what endpoints of the same route carry now. */
export const trafficCapacity: Guard = ({ plan }) => {
  const guard = 'traffic.capacity'
  const shifts = plan.targets.flatMap(({ clusterName, capacity }) =>
    capacity ? [{ clusterName, ...capacity }] : [],
  )
  if (shifts.length === 0) return undefined
  const names = (some: typeof shifts) => someOf(some.map(one => one.clusterName))
  const empty = shifts.filter(({ ready }) => ready === 0)
  if (empty.length > 0) {
    return {
      guard,
      verdict: 'block',
      text: `${empty[0]?.backend} has no ready endpoint on ${counted(empty.length, 'cluster')}: ${names(empty)}.`,
    }
  }
  const factorOf = ({ each, mostNow }: (typeof shifts)[number]) =>
    each !== undefined && mostNow ? each / mostNow : undefined
  const over = (limit: number) => shifts.filter(shift => (factorOf(shift) ?? 0) > limit)
  const tooMuch = over(BLOCK_FACTOR)
  if (tooMuch.length > 0) {
    return {
      guard,
      verdict: 'block',
      text: `Each endpoint of ${tooMuch[0]?.backend} would carry more than ${BLOCK_FACTOR} times what the busiest endpoint of the route carries now: ${names(tooMuch)}. Shift less, or scale it up first.`,
    }
  }
  const unknown = shifts.filter(shift => factorOf(shift) === undefined)
  if (unknown.length > 0) {
    return {
      guard,
      verdict: 'warn',
      text: `What its endpoints carry could not be read on ${counted(unknown.length, 'cluster')}: ${names(unknown)}.`,
    }
  }
  const more = over(WARN_FACTOR)
  if (more.length > 0) {
    return {
      guard,
      verdict: 'warn',
      text: `Each endpoint of ${more[0]?.backend} would carry more than any endpoint of the route does now: ${names(more)}.`,
    }
  }
  return { guard, verdict: 'pass', text: 'No endpoint carries more than endpoints of the route carry now.' }
}
