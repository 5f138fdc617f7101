import { useZone } from '@/lib/client/preferences'
import type { ClusterOutlookDto, ForecastDto } from '@/lib/wire/fuses'
import { Glyph, type GlyphName } from '../ui/glyph'
import { describeForecast, describeLivePath, describeLoad, describePrograms } from './describe-outlook'

const VERDICT: Record<ForecastDto['verdict'], { glyph: GlyphName; textClass: string }> = {
  unmeasured: { glyph: 'unknown', textClass: 'c-unknown' },
  holds: { glyph: 'pass', textClass: 'c-pass' },
  'too-hopeful': { glyph: 'warn', textClass: 'c-warn' },
  'too-careful': { glyph: 'warn', textClass: 'c-warn' },
}

/** What is known of one cluster beside its curve, in sentences. */
export function Outlook({ outlook }: { outlook: ClusterOutlookDto }) {
  const zone = useZone()
  const { forecast, clusterName } = outlook
  const look = VERDICT[forecast?.verdict ?? 'unmeasured']
  const live = forecast && describeLivePath(forecast)
  return (
    <ul className="outlook" aria-label={`Outlook of ${clusterName}`}>
      {forecast && (
        <li>
          <Glyph name={look.glyph} className={look.textClass} />
          <span>
            <b>{describeForecast(forecast, zone)}</b> {live}
          </span>
        </li>
      )}
      {describePrograms(outlook, zone).map(text => (
        <li key={text}>
          <Glyph name="dry" className="mute" />
          <span>{text}</span>
        </li>
      ))}
      <li>
        <Glyph name="recovering" className="mute" />
        <span>{describeLoad(outlook)}</span>
      </li>
    </ul>
  )
}
