'use client'

import { count, percent, plural } from '@/lib/client/format-number'
import { clockTime, countdown } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { useServerNow } from '@/lib/client/use-live'
import type { SuspectDto } from '@/lib/wire/suspects'
import { Glyph } from '../ui/glyph'

/** How far the change has spread; in red while it still does, since every minute makes it worse. */
export function StillRolling({ suspect }: { suspect: SuspectDto }) {
  const now = useServerNow()
  const zone = useZone()
  const { rollout, scaling } = suspect
  const share = rollout.total > 0 ? rollout.reached / rollout.total : 0
  const toCome = rollout.total - rollout.reached
  if (!rollout.stillRolling) {
    return (
      <p className="rolled-out">
        On <b>{count(rollout.reached)}</b> of {plural(rollout.total, 'cluster')}, first at{' '}
        {clockTime(Date.parse(rollout.firstAt), zone)}, last at {clockTime(Date.parse(rollout.lastAt), zone)}.
      </p>
    )
  }
  return (
    <div className="still-rolling">
      <p className="top">
        <b>
          <Glyph name="overloaded" />
          Still rolling out
        </b>
        <span className="mute">
          {count(rollout.reached)} of {plural(rollout.total, 'cluster')}
        </span>
        <span className="end">{percent(share)}</span>
      </p>
      <div className="meter" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p className="dim">
        {rollout.expectedEndAt && now !== null && Date.parse(rollout.expectedEndAt) > now && (
          <>
            Complete in{' '}
            <span className="mono strong">{countdown(Date.parse(rollout.expectedEndAt) - now)}</span>.{' '}
          </>
        )}
        {rollout.atRisk > 0 && scaling?.criticalNodes
          ? `Of ${plural(toCome, 'cluster')} to come, ${count(rollout.atRisk)} exceed ${count(roundNodes(scaling.criticalNodes))} nodes.`
          : `${plural(toCome, 'cluster')} to come.`}
      </p>
    </div>
  )
}

/** Two figures are all that the fit can bear. */
export function roundNodes(nodes: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(nodes)) - 1)
  return Math.round(nodes / step) * step
}
