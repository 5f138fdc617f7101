import type { CorefileProblem, CorefileServer } from './types'

/**
 * Finds zones that two server blocks claim at the same transport, port and address. A block without `bind` listens
 * everywhere and so collides with a bound one; a block with a `view` may share a zone with others, not overlap it.
 * Source: core/dnsserver/register.go and address.go of CoreDNS.
 */
export function checkOverlaps(servers: readonly CorefileServer[]): CorefileProblem[] {
  const problems: CorefileProblem[] = []
  const taken = new Set<string>()
  const boundSomewhere = new Set<string>()
  for (const server of servers) {
    for (const { transport, zone, port } of server.zones) {
      const listener = `${transport}://${zone}:${port}`
      for (const address of server.bind.length > 0 ? server.bind : ['']) {
        const key = `${listener} ${address}`
        const exists = taken.has(key)
        const overlaps = boundSomewhere.has(listener) && (address === '' || taken.has(`${listener} `))
        if (exists && server.view === null) {
          problems.push({ line: server.line, message: `cannot serve ${listener}: it is already defined` })
        } else if (!exists && overlaps) {
          problems.push({
            line: server.line,
            message: `cannot serve ${listener}: it overlaps another block's address`,
          })
        } else if (server.view === null) {
          taken.add(key)
          boundSomewhere.add(listener)
        }
      }
    }
  }
  return problems
}
