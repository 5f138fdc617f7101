import { count } from '@/lib/client/format-number'
import { clockTime, countdown, span } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { useServerNow } from '@/lib/client/use-live'
import type { FleetClusterDto } from '@/lib/wire/fleet'
import { Glyph } from '../ui/glyph'
import { FUSE_LOOK } from '../ui/state-look'
import { StateLabel } from '../ui/state-marks'
import type { Size } from '../ui/use-size'
import type { Box } from './squarify-layout'

const WIDTH = 300

/** Verdict, reason and proof of one tile, beside it. */
export function TileTip({ cluster, box, within }: { cluster: FleetClusterDto; box: Box; within: Size }) {
  const now = useServerNow()
  const zone = useZone()
  const { controlPlane, dataPlane } = cluster
  const left = Math.min(Math.max(0, box.x + box.width / 2 - WIDTH / 2), Math.max(0, within.width - WIDTH))
  const below = box.y + box.height / 2 < within.height / 2
  const place = below ? { top: box.y + box.height + 6 } : { bottom: within.height - box.y + 6 }
  const since = Date.parse(controlPlane.since)
  const fuse = FUSE_LOOK[dataPlane.state]
  return (
    <div className="tip tile-tip" role="tooltip" style={{ left, width: WIDTH, ...place }}>
      <p className="mono strong">{cluster.name}</p>
      <p className="mute">
        {cluster.nodes === null ? 'nodes not known' : `${count(cluster.nodes)} nodes`} · {cluster.region}
        {cluster.version && ` · ${cluster.version}`}
      </p>
      <p className="line">
        <StateLabel state={controlPlane.state} />
        <span className="mute">
          since {clockTime(since, zone)}
          {now !== null && now > since && `, for ${span(now - since)}`}
        </span>
      </p>
      {controlPlane.reasons.slice(0, 2).map(reason => (
        <p key={reason.code} className="dim">
          {reason.text}
        </p>
      ))}
      {cluster.problem && <p className="c-warn">{cluster.problem.message}</p>}
      {dataPlane.state !== 'Fresh' && (
        <p className="line">
          <span className={`state ${fuse.textClass}`}>
            <Glyph name={fuse.glyph} />
            {fuse.word}
          </span>
          {dataPlane.dryAt && now !== null && dataPlane.state === 'Burning' && (
            <span className="mute">
              dry in {countdown(Date.parse(dataPlane.dryAt) - now)}, {dataPlane.basis}
            </span>
          )}
        </p>
      )}
    </div>
  )
}
