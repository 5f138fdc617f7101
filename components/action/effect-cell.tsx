import { millis } from '@/lib/client/format-number'
import type { EffectDto } from '@/lib/wire/actions'
import { StateLabel } from '../ui/state-marks'
import { LINE, waitLine } from './wait-line'

/** The cluster before and after its writes: its state, what ordinary callers wait, and how that went. */
export function EffectCell({ effect }: { effect: EffectDto | undefined }) {
  if (!effect) return <span className="mute">·</span>
  const { before, after } = effect
  return (
    <span className="effect">
      <span className="sides">
        <StateLabel state={before.state}>{waitOf(before)}</StateLabel>
        <span className="mute" aria-hidden="true">
          →
        </span>
        <span className="sr">then</span>
        {after ? (
          <StateLabel state={after.state}>{waitOf(after)}</StateLabel>
        ) : (
          <span className="mute">not heard yet</span>
        )}
      </span>
      <Waits effect={effect} />
    </span>
  )
}

function waitOf({ canaryP95Ms }: EffectDto['before']): string {
  return canaryP95Ms === null ? 'no wait known' : millis(canaryP95Ms)
}

/** Words are beside it. */
function Waits({ effect }: { effect: EffectDto }) {
  const line = waitLine(effect)
  if (!line) return null
  const { path, turnedAway, landed } = line
  return (
    <svg width={LINE.width} height={LINE.height} aria-hidden="true" className="wait-line">
      {turnedAway.map(x => (
        <line key={x} className="away" x1={x} x2={x} y1={0} y2={5} />
      ))}
      {landed !== null && <line className="landed" x1={landed} x2={landed} y1={0} y2={LINE.height} />}
      <path d={path} />
    </svg>
  )
}
