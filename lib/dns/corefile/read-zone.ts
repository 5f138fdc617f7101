import { isIP } from 'node:net'
import { parseInteger } from './read-values'
import { reverseZones } from './reverse-zones'
import type { ServedZone } from './types'

type Transport = ServedZone['transport']

const DEFAULT_PORT: Record<Transport, number> = {
  dns: 53,
  tls: 853,
  quic: 853,
  grpc: 443,
  https: 443,
  https3: 443,
  unix: 0,
}
const TRANSPORTS = Object.keys(DEFAULT_PORT) as Transport[]

const utf8 = new TextEncoder()

/** `tls://example.org` → `tls` and the rest; without a scheme it is plain DNS (plugin/pkg/parse/transport.go). */
export function splitTransport(text: string): { transport: Transport; rest: string } {
  const transport = TRANSPORTS.find(t => text.startsWith(`${t}://`))
  return transport ? { transport, rest: text.slice(transport.length + 3) } : { transport: 'dns', rest: text }
}

/** A zone in the form in which CoreDNS compares names: lower case, ending in a dot that is not escaped. */
export function normalizeZone(name: string): string {
  const backslashes = /(\\*)\.$/.exec(name)?.[1]
  const qualified = backslashes !== undefined && backslashes.length % 2 === 0
  return (qualified ? name : `${name}.`).toLowerCase()
}

/** miekg/dns IsDomainName: length of labels and name, empty labels, escapes. Counts bytes, not characters. */
export function isDomainName(name: string): boolean {
  if (name === '') return false
  const bytes = utf8.encode(normalizeZone(name))
  let offset = 0
  let begin = 0
  let afterDot = false
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x5c) {
      if (offset + 1 > 256) return false
      const decimal = [1, 2, 3].every(k => (bytes[i + k] ?? 0) >= 0x30 && (bytes[i + k] ?? 0) <= 0x39)
      i += decimal ? 3 : 1
      begin += decimal ? 3 : 1
      afterDot = false
    } else if (bytes[i] === 0x2e) {
      if ((i === 0 && bytes.length > 1) || afterDot || i - begin > 63) return false
      afterDot = true
      offset += 1 + i - begin
      if (offset > 256) return false
      begin = i + 1
    } else afterDot = false
  }
  return true
}

/** plugin.SplitHostPort: `.:53`, `example.org`, `10.0.0.0/27:1053`. A message when it is no zone. */
function splitZonePort(text: string): { hosts: string[]; port?: number } | { problem: string } {
  const colon = text.lastIndexOf(':')
  if (colon === text.length - 1)
    return { problem: text === '' ? 'empty zone' : `nothing after the colon of '${text}'` }
  const port = colon < 0 ? undefined : parseInteger(text.slice(colon + 1))
  const host = port === undefined ? text : text.slice(0, colon)
  if (utf8.encode(host).length > 255) return { problem: 'zone is longer than 255 bytes' }
  if (!isDomainName(host)) return { problem: `'${host}' is not a valid domain name` }
  if (port !== undefined && (port < 0 || port > 65_535)) return { problem: `port ${port} is out of range` }
  const slash = host.lastIndexOf('/')
  const bits = /^\d{1,3}$/.test(host.slice(slash + 1)) ? Number(host.slice(slash + 1)) : Number.NaN
  const family = slash < 0 ? 0 : isIP(host.slice(0, slash))
  if (family === 0 || !(bits <= (family === 4 ? 32 : 128)) || host.includes('%'))
    return { hosts: [host], port }
  if (host.startsWith(':') || (host.startsWith('0') && family === 6))
    return { problem: `invalid CIDR ${host}` }
  return { hosts: reverseZones(host.slice(0, slash), bits), port }
}

/** The zones and port that one key of a server block stands for. */
export function readServerKey(key: string): ServedZone[] | { problem: string } {
  const { transport, rest } = splitTransport(key)
  const split = splitZonePort(rest)
  if ('problem' in split) return split
  const port = split.port ?? DEFAULT_PORT[transport]
  return split.hosts.map(host => ({ transport, zone: normalizeZone(host), port }))
}

/** Zones given as arguments, or those of the server block when there are none; invalid ones are left out. */
export function zonesOrServer(args: readonly string[], serverZones: readonly string[]): string[] {
  return args.length === 0 ? [...serverZones] : args.flatMap(zonesOf)
}

/** Normalized zones of one argument, none when it is no zone. */
export function zonesOf(argument: string): string[] {
  const split = splitZonePort(splitTransport(argument).rest)
  return 'problem' in split ? [] : split.hosts.map(normalizeZone)
}

/** Whether `name` lies in `zone`; both normalized. */
export function isInZone(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`)
}
