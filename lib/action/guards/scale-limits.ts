import { counted, type Guard, someOf } from './guard'

/** What the operator declared for machines: never below the floor or above the ceiling, so many at a time at most. */
export const scaleLimits: Guard = ({ plan }) => {
  const guard = 'scale.limits'
  const { kind } = plan.request
  const said = plan.targets.flatMap(({ clusterName, limits }) => (limits ? [{ clusterName, ...limits }] : []))
  const words = said.flatMap(({ clusterName, from, to, floor, ceiling, maxStep }) => {
    if (to < floor) return [`${clusterName}: ${to} is below its floor of ${floor}`]
    if (to > ceiling) return [`${clusterName}: ${to} is above its ceiling of ${ceiling}`]
    if (Math.abs(to - from) > maxStep)
      return [`${clusterName}: from ${from} to ${to} is more than ${counted(maxStep, 'machine')} at once`]
    if (kind === 'scale-api-servers' && to < from)
      return [`${clusterName}: from ${from} to ${to} takes API servers away`]
    return []
  })
  if (words.length > 0) {
    return {
      guard,
      verdict: 'block',
      text: `${someOf(words)}. Choose another number, or change \`clusterApi\` in holdfast.yaml.`,
    }
  }
  if (said.length === 0) return undefined
  return { guard, verdict: 'pass', text: 'It stays within what is declared for these machines.' }
}
