interface FuseTimes {
  apiLostAt: string | null
  t0At: string | null
  dryAt: string | null
}

/** Share 0–1 of a fuse that has not burnt yet, from T0 (or from the loss of the API) to dry; null when not known. */
export function fuseShareLeft(fuse: FuseTimes, nowMs: number): number | null {
  const from = fuse.t0At ?? fuse.apiLostAt
  if (!from || !fuse.dryAt) return null
  const began = Date.parse(from)
  const ends = Date.parse(fuse.dryAt)
  if (ends <= began) return 0
  return Math.min(1, Math.max(0, (ends - nowMs) / (ends - began)))
}
