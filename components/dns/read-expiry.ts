import type { ActionSummaryDto } from '@/lib/wire/actions'
import type { FusesDto, SurvivalPointDto } from '@/lib/wire/fuses'
import type { SuspectDto } from '@/lib/wire/suspects'

/** Half of all that is known, in seconds. */
const HALF_SPAN_S = 1_800

/** What of it is shown, in seconds from now. */
export interface TimeWindow {
  from: number
  to: number
}

export const WHOLE: TimeWindow = { from: -HALF_SPAN_S, to: HALF_SPAN_S }

/** A point of the band at seconds relative to now. Exactly one of `past` and `ahead` lies on each side of now. */
export interface ExpiryPoint {
  t: number
  band: [number, number]
  past: number | null
  ahead: number | null
  bandPast: [number, number] | null
  bandAhead: [number, number] | null
}

export interface DryTick {
  clusterId: string
  name: string
  t: number
  nodes: number | null
}

/** What the chart draws, in seconds relative to now. */
export interface Expiry {
  nowMs: number
  points: ExpiryPoint[]
  apiLost: number | null
  t0: number | null
  impact: number | null
  allDry: number | null
  rollout: { name: string; from: number; to: number; endsAt: number | null; stillRolling: boolean } | null
  dry: DryTick[]
  /** When removals were confirmed. */
  actions: { id: string; title: string; t: number }[]
}

/** Turns fuses and the first suspect into what the chart draws at `nowMs`. */
export function readExpiry(
  fuses: FusesDto,
  first: SuspectDto | undefined,
  nowMs: number,
  actions: readonly Pick<ActionSummaryDto, 'id' | 'title' | 'confirmedAt'>[] = [],
): Expiry {
  const rel = (at: string | null) => (at === null ? null : (Date.parse(at) - nowMs) / 1_000)
  return {
    nowMs,
    points: splitAtNow(fuses.curve, nowMs),
    apiLost: rel(fuses.apiLostAt),
    t0: rel(fuses.t0At),
    impact: rel(fuses.impactAt),
    allDry: rel(fuses.allDryAt),
    rollout: first
      ? {
          name: `${first.name}${first.version ? ` ${first.version}` : ''}`,
          from: (Date.parse(first.rollout.firstAt) - nowMs) / 1_000,
          to: first.rollout.stillRolling ? 0 : (Date.parse(first.rollout.lastAt) - nowMs) / 1_000,
          endsAt: first.rollout.stillRolling ? rel(first.rollout.expectedEndAt) : null,
          stillRolling: first.rollout.stillRolling,
        }
      : null,
    dry: fuses.clusters.flatMap(c => {
      const t = rel(c.dryAt)
      return t === null || Math.abs(t) > HALF_SPAN_S
        ? []
        : [{ clusterId: c.clusterId, name: c.clusterName, t, nodes: c.nodes }]
    }),
    actions: actions.flatMap(({ id, title, confirmedAt }) => {
      const t = rel(confirmedAt)
      return t === null || t < -HALF_SPAN_S ? [] : [{ id, title, t }]
    }),
  }
}

function splitAtNow(curve: readonly SurvivalPointDto[], nowMs: number): ExpiryPoint[] {
  const inWindow = curve
    .map(p => ({ t: (Date.parse(p.at) - nowMs) / 1_000, p10: p.p10, p50: p.p50, p90: p.p90 }))
    .filter(p => Math.abs(p.t) <= HALF_SPAN_S)
  const points = inWindow.map(p => expiryPoint(p, p.t <= 0, p.t >= 0))
  const after = inWindow.findIndex(p => p.t > 0)
  const left = inWindow[after - 1]
  const right = inWindow[after]
  if (!left || !right || left.t === 0) return points
  // A point exactly at now, so that the past ends and the projection begins at the line.
  const k = -left.t / (right.t - left.t)
  const mix = (a: number, b: number) => a + (b - a) * k
  const here = {
    t: 0,
    p10: mix(left.p10, right.p10),
    p50: mix(left.p50, right.p50),
    p90: mix(left.p90, right.p90),
  }
  points.splice(after, 0, expiryPoint(here, true, true))
  return points
}

function expiryPoint(
  p: { t: number; p10: number; p50: number; p90: number },
  isPast: boolean,
  isAhead: boolean,
): ExpiryPoint {
  const band: [number, number] = [p.p10, p.p90]
  return {
    t: p.t,
    band,
    past: isPast ? p.p50 : null,
    ahead: isAhead ? p.p50 : null,
    bandPast: isPast ? band : null,
    bandAhead: isAhead ? band : null,
  }
}
