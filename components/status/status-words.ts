import type { ComponentStatusDto, StatusPageDto } from '@/lib/wire/status'
import type { GlyphName } from '../ui/glyph'

export const COMPONENT_WORDS: Record<ComponentStatusDto, { word: string; glyph: GlyphName; tone: string }> = {
  operational: { word: 'Operational', glyph: 'pass', tone: 'ok' },
  degraded_performance: { word: 'Degraded performance', glyph: 'warn', tone: 'deg' },
  partial_outage: { word: 'Partial outage', glyph: 'block', tone: 'out' },
  major_outage: { word: 'Major outage', glyph: 'block', tone: 'out' },
  under_maintenance: { word: 'Under maintenance', glyph: 'info', tone: 'work' },
}

export const STAGE_WORDS: Record<StatusPageDto['incidents'][number]['status'], string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
const date = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})

/** `23:17 UTC`: the page is made on the server, which does not know the reader's zone. */
export function statusClock(at: string): string {
  return `${clock.format(Date.parse(at))}\u00a0UTC`
}

/** `11 December 2024` */
export function statusDate(at: string): string {
  return date.format(Date.parse(at))
}
