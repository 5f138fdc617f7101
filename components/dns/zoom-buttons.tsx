import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { type TimeWindow, WHOLE } from './read-expiry'
import { formatWindow, zoomWindow } from './time-window'

const STEPS = [
  { name: 'Nearer', Icon: ZoomIn, step: (w: TimeWindow) => zoomWindow(w, 0.5), widens: false },
  { name: 'Farther', Icon: ZoomOut, step: (w: TimeWindow) => zoomWindow(w, 2), widens: true },
  { name: 'All of it', Icon: Maximize2, step: () => WHOLE, widens: true },
] as const

/** The same as the keys and the pointer do on the chart, for fingers. */
export function ZoomButtons({
  window,
  onWindow,
}: {
  window: TimeWindow
  onWindow: (change: (window: TimeWindow) => TimeWindow) => void
}) {
  const isWhole = formatWindow(window) === null
  return (
    <fieldset className="zoom-buttons" aria-label="Zoom">
      {STEPS.map(({ name, Icon, step, widens }) => (
        <button
          key={name}
          type="button"
          className="btn small"
          aria-label={name}
          disabled={widens && isWhole}
          onClick={() => onWindow(step)}
        >
          <Icon size={13} aria-hidden="true" />
        </button>
      ))}
    </fieldset>
  )
}
