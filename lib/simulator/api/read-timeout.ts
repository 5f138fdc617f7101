import { badRequest } from './status'

const SECONDS: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }
const PART = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/

/** Seconds of a `timeout` parameter in Go's notation, like `1m30s`; at most `most`. @throws {StatusError} 400 */
export function readTimeout(text: string | null, most: number): number {
  if (text === null || text === '') return most
  let seconds = 0
  for (let rest = text; rest !== ''; ) {
    const [all = '', value, unit = ''] = PART.exec(rest) ?? []
    if (all === '') throw badRequest('invalid timeout specified in the request URL')
    seconds += Number(value) * (SECONDS[unit] ?? 0)
    rest = rest.slice(all.length)
  }
  return seconds > 0 ? Math.min(most, seconds) : most
}
