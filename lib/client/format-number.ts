const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `257,684` */
export function count(n: number): string {
  return whole.format(n)
}

/** `240 clusters`, `1 cluster` */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** A share 0–1 as `93 %`, with a no-break space. Never rounds something to nothing or almost all to all. */
export function percent(share: number): string {
  const p = share * 100
  const shown = p > 0 && p < 1 ? '<\u200a1' : p < 100 && p > 99 ? '>\u200a99' : whole.format(p)
  return `${shown}\u00a0%`
}

/** `210 KB`, decimal units. */
export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = Math.max(0, n)
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${significant(value)}\u00a0${units[unit]}`
}

/** Two or three figures, as much as a person reads at a glance: `0.62`, `4.2`, `41`, `4,180`. */
export function significant(n: number): string {
  const size = Math.abs(n)
  if (size >= 10 || n === 0) return whole.format(n)
  return n.toFixed(size >= 1 ? 1 : 2).replace(/\.0+$/, '')
}

/** `840 ms`, `2.1 s` */
export function millis(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)}\u00a0ms` : `${significant(ms / 1_000)}\u00a0s`
}

/** Initials of a name for an avatar: at most two letters. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._@-]+/)
    .filter(Boolean)
  const first = words[0]?.[0] ?? '?'
  const second = words.length > 1 ? (words.at(-1)?.[0] ?? '') : (words[0]?.[1] ?? '')
  return (first + second).toUpperCase()
}
