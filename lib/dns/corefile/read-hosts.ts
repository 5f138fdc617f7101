import type { Dispenser } from './dispenser'
import { integer, positiveDuration } from './read-values'
import { zonesOf } from './read-zone'
import type { HostsOptions } from './types'

/**
 * Reads `hosts [FILE [ZONES…]] { … }` (plugin/hosts/setup.go, CoreDNS 1.14.7). Lines that are no option are records,
 * as long as `fallthrough` has not been given.
 * @throws CorefileError where CoreDNS would refuse to start
 */
export function readHosts(d: Dispenser): HostsOptions {
  d.next()
  const line = d.line
  const [file = '/etc/hosts'] = d.remainingArgs()
  const hosts: HostsOptions = { line, file, ttlSeconds: 3600, reloadSeconds: 5, inline: 0, fallthrough: null }
  let unsupported = false
  while (d.nextBlock()) {
    const property = d.val()
    const args = d.remainingArgs()
    const [first = ''] = args
    switch (property) {
      case 'fallthrough':
        hosts.fallthrough = args.length === 0 ? ['.'] : args.flatMap(zonesOf)
        break
      case 'fallthrough_unsupported':
        if (args.length > 0) throw d.argumentError()
        unsupported = true
        break
      case 'no_reverse':
        break
      case 'ttl': {
        const ttl = integer(d, first, 'hosts: ttl')
        if (ttl <= 0 || ttl > 65_535) throw d.error(`hosts: ttl must be in range [1, 65535]: ${ttl}`)
        hosts.ttlSeconds = ttl
        break
      }
      case 'reload':
        if (args.length !== 1) throw d.error('hosts: reload needs a duration (0 switches it off)')
        hosts.reloadSeconds = positiveDuration(d, first, 'hosts: reload')
        break
      default:
        if (hosts.fallthrough?.length)
          throw d.error(`hosts: unknown property '${property}' after fallthrough`)
        hosts.inline++
    }
  }
  if (unsupported && !hosts.fallthrough?.length)
    throw d.error('hosts: fallthrough_unsupported requires fallthrough')
  if (d.next()) throw d.error('hosts can be given once in a server block')
  return hosts
}
