const NO_BREAK = '\u00a0'

/** `1,250` */
export function countWords(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** `91 %`, with a no-break space. */
export function percentWords(share: number): string {
  return `${Math.round(share * 100)}${NO_BREAK}%`
}

/** One or two units: `41 s`, `11 min`, `4 h 22 min`, `12 days`. Negative durations count as 0. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds}${NO_BREAK}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes}${NO_BREAK}min`
  if (minutes < 48 * 60) {
    const rest = minutes % 60
    return `${Math.floor(minutes / 60)}${NO_BREAK}h${rest > 0 ? ` ${rest}${NO_BREAK}min` : ''}`
  }
  return `${Math.round(minutes / (24 * 60))}${NO_BREAK}days`
}

/** `1 cluster`, `3 clusters` */
export function plural(count: number, noun: string): string {
  return `${countWords(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Cuts hostile or long text to what fits in a sentence. */
export function excerpt(text: string, length = 160): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length > length ? `${flat.slice(0, length - 1)}…` : flat
}
