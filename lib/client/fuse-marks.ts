const MARKS = [
  [60_000, '1 minute'],
  [300_000, '5 minutes'],
  [600_000, '10 minutes'],
] as const

/** The mark that the fuse passed between two looks, or null. The lowest counts when several were passed at once. */
export function fuseMarkPassed(beforeMs: number | null, nowMs: number | null): string | null {
  if (beforeMs === null || nowMs === null) return null
  for (const [mark, words] of MARKS) if (beforeMs > mark && nowMs <= mark) return words
  return null
}
