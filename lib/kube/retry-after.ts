const LONGEST_MS = 24 * 3600_000

/**
 * Retry-After in milliseconds: seconds, or a date, which counts from the answer's own Date header since clocks differ.
 * Undefined when absent or unreadable; at most a day.
 */
export function parseRetryAfter(
  value: string | undefined,
  dateHeader: string | undefined,
  now: number,
): number | undefined {
  if (value === undefined || value.trim() === '') return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Math.min(Number(value) * 1000, LONGEST_MS)
  const at = Date.parse(value)
  if (Number.isNaN(at)) return undefined
  const sent = Date.parse(dateHeader ?? '')
  return Math.min(Math.max(0, at - (Number.isNaN(sent) ? now : sent)), LONGEST_MS)
}
