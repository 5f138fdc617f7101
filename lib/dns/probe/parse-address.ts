import { isIP } from 'node:net'
import type { ResolverAddress } from './types'

/** `10.0.0.10:53`, `10.0.0.10`, `[fd00::a]:53`, `fd00::a`, `localhost:5353`; undefined when it is none of these. */
export function parseResolverAddress(text: string): ResolverAddress | undefined {
  const trimmed = text.trim()
  const split = /^\[([^\]]+)\](?::(\d{1,5}))?$|^([^:]+)(?::(\d{1,5}))?$/.exec(trimmed)
  const named = split ? (split[1] ?? split[3] ?? '') : trimmed
  const host = named === 'localhost' ? '127.0.0.1' : named
  const port = Number((split && (split[2] ?? split[4])) ?? 53)
  const family = isIP(host)
  if (family === 0 || port < 1 || port > 65_535) return undefined
  return { host, port, family: family === 6 ? 6 : 4 }
}
