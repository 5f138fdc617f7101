/** `0.4 s`, `14 s`, `3 min`, `2 h`. */
export function seconds(ms: number): string {
  const s = Math.max(0, ms) / 1000
  if (s < 9.95) return `${(Math.round(s * 10) / 10).toFixed(1)} s`
  if (s < 120) return `${Math.round(s)} s`
  if (s < 7200) return `${Math.round(s / 60)} min`
  return `${Math.round(s / 3600)} h`
}

/** `31 %`; a share above zero is never told as none. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %'
  return `${Math.round(share * 100)} %`
}

/** `1.2 GB`, `300 MB` */
export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`
}

/** A name from a cluster, bounded for a sentence. */
export function named(name: string): string {
  return name.length > 64 ? `${name.slice(0, 63)}…` : name
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}
