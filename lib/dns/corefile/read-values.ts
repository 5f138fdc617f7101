import type { Dispenser } from './dispenser'

const UNITS: Record<string, number> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}
const MAX_SECONDS = 2 ** 63 / 1e9

/** Go's time.ParseDuration in seconds: `1h20m`, `.5s`, `0`, `-3ms`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const signed = /^[+-]/.test(text) ? text.slice(1) : text
  if (signed === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(signed)) return undefined
  let seconds = 0
  for (const [, number, unit] of signed.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    seconds += Number(number) * (UNITS[unit ?? ''] ?? Number.NaN)
  }
  if (!(seconds < MAX_SECONDS)) return undefined
  return text.startsWith('-') ? -seconds : seconds
}

/** Go's strconv.Atoi; undefined when it is no 64-bit integer. */
export function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const big = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return big >= -(2n ** 63n) && big < 2n ** 63n ? Number(big) : undefined
}

/** @throws CorefileError when `text` is no integer */
export function integer(d: Dispenser, text: string, what: string): number {
  const n = parseInteger(text)
  if (n === undefined) throw d.error(`${what} must be a whole number, not '${text}'`)
  return n
}

/** @throws CorefileError when `text` is no duration, with a hint when the unit is missing */
export function duration(d: Dispenser, text: string, what: string): number {
  const seconds = parseDuration(text)
  if (seconds === undefined) {
    const hint = parseInteger(text) === undefined ? '' : `: the unit is missing, e.g. ${text}s`
    throw d.error(`${what} must be a duration like 30s or 1h, not '${text}'${hint}`)
  }
  return seconds
}

/** @throws CorefileError when it is negative or no duration */
export function positiveDuration(d: Dispenser, text: string, what: string): number {
  const seconds = duration(d, text, what)
  if (seconds < 0) throw d.error(`${what} cannot be negative: ${text}`)
  return seconds
}

/** Whether Go's net.SplitHostPort takes it: `:8080`, `host:9153`, `[::1]:53`. */
export function isHostPort(text: string): boolean {
  return /^(?:\[[^[\]]*\]|[^[\]:]*):[^[\]:]*$/.test(text)
}
