import type { ProgressDto } from '@/lib/wire/actions'

const PARTS = ['landed', 'trying', 'armed', 'failed'] as const

/** Always a fraction, then the parts: solid landed, stripes trying, dots armed, hatch failed. */
export function ActionTrack({ progress }: { progress: ProgressDto }) {
  const { clusters } = progress
  const words = PARTS.filter(part => progress[part] > 0).map(part => `${progress[part]} ${part}`)
  return (
    <div
      className="track"
      role="progressbar"
      aria-label="Clusters landed"
      aria-valuemin={0}
      aria-valuemax={clusters}
      aria-valuenow={progress.landed}
      aria-valuetext={`${progress.landed} of ${clusters} landed${words.length > 0 ? `: ${words.join(', ')}` : ''}`}
    >
      {clusters > 0 &&
        PARTS.map(
          part =>
            progress[part] > 0 && (
              <i key={part} className={part} style={{ width: `${(progress[part] / clusters) * 100}%` }} />
            ),
        )}
    </div>
  )
}

/** The key of the track, beside the heading of a list of tracks. */
export function TrackKey() {
  return (
    <span className="track-key">
      {PARTS.map(part => (
        <span key={part}>
          <span className="track">
            <i className={part} />
          </span>
          {part}
        </span>
      ))}
    </span>
  )
}
