import { span } from '@/lib/client/format-time'
import type { ReadinessClusterDto } from '@/lib/wire/readiness'

/** A budget's band on a scale that all rows share, with the bar that it should reach. */
export function BudgetBar({
  budget: { p10, p50, p90 },
  barSeconds,
  longest,
}: {
  budget: ReadinessClusterDto['felt']
  barSeconds: number
  longest: number
}) {
  // A square root leaves room for the short ones, which are those that matter.
  const at = (seconds: number) => `${(100 * Math.sqrt(Math.max(0, seconds) / longest)).toFixed(1)}%`
  return (
    <span
      className="budget"
      role="img"
      aria-label={`between ${span(p10 * 1_000)} and ${span(p90 * 1_000)}, likely ${span(p50 * 1_000)}`}
    >
      <i className="band" style={{ left: at(p10), right: `calc(100% - ${at(p90)})` }} />
      <i className={p50 < barSeconds ? 'mid short' : 'mid'} style={{ left: at(p50) }} />
      <i className="bar" style={{ left: at(barSeconds) }} />
    </span>
  )
}
