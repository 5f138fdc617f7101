/** Figures of time as they are shown: countdowns, clocks, spans, dates. Inputs are epoch ms or ms. */

const two = (n: number) => String(n).padStart(2, '0')

/** `03:42`, from one hour `1:03:42`; never below zero. */
export function countdown(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000))
  const h = Math.floor(s / 3_600)
  const mmss = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
  return h > 0 ? `${h}:${mmss}` : mmss
}

/** A countdown in words for those who hear it: `3 minutes 42 seconds`. */
export function countdownWords(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000))
  const parts = [
    [Math.floor(s / 3_600), 'hour'],
    [Math.floor(s / 60) % 60, 'minute'],
    [s % 60, 'second'],
  ] as const
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? '' : 's'}`)
  return said.length > 0 ? said.join(' ') : '0 seconds'
}

/** A span in prose: `41 s`, `11 min`, `4 h 22 min`, `3 days`. */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000))
  if (s < 60) return `${s}\u00a0s`
  const min = Math.floor(s / 60)
  if (min < 60) return `${min}\u00a0min`
  const h = Math.floor(min / 60)
  if (h < 48) return min % 60 === 0 ? `${h}\u00a0h` : `${h}\u00a0h ${min % 60}\u00a0min`
  return `${Math.floor(h / 24)}\u00a0days`
}

export type Zone = 'local' | 'utc'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options)
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    ...options,
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  })
  formats.set(key, made)
  return made
}

/** `15:18:40`, or `15:18` without seconds. */
export function clockTime(ms: number, zone: Zone, seconds = true): string {
  return format(zone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(ms)
}

/** The zone's short name at that instant: `PST`, `UTC`, `GMT+1`. */
export function zoneName(ms: number, zone: Zone): string {
  if (zone === 'utc') return 'UTC'
  // American English knows the names of American zones; other zones come as offsets, which is exact.
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short', hour: 'numeric' }).formatToParts(ms)
  return parts.find(p => p.type === 'timeZoneName')?.value ?? 'local'
}

/** `11 December 2024` */
export function longDate(ms: number, zone: Zone): string {
  return format(zone, { day: 'numeric', month: 'long', year: 'numeric' }).format(ms)
}

/** `2024-12-11` */
export function shortDate(ms: number, zone: Zone): string {
  const parts = format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(ms)
  const part = (type: string) => parts.find(p => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** `2024-12-11 15:18:40`, for tables that reach over days. */
export function dateTime(ms: number, zone: Zone): string {
  return `${shortDate(ms, zone)} ${clockTime(ms, zone)}`
}
