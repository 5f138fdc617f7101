import { isIP } from 'node:net'
import { CorefileError } from './corefile-error'
import type { Dispenser } from './dispenser'
import { duration, integer, parseInteger, positiveDuration } from './read-values'
import { isDomainName, splitTransport, zonesOf } from './read-zone'
import type { ForwardOptions } from './types'

const MAX_UPSTREAMS = 15
const POLICIES = ['random', 'round_robin', 'sequential']
const RCODES = new Set(
  'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE DSOTYPENI BADSIG BADKEY BADTIME BADMODE BADNAME BADALG BADTRUNC BADCOOKIE'.split(
    ' ',
  ),
)

/**
 * Reads every `forward FROM TO… { … }` of a server block (plugin/forward/setup.go, CoreDNS 1.14.7). Whether a TO
 * is an address, a host name or an existing file is not checked: files and placeholders cannot be seen from here.
 * A mistake in an option is passed to `warn`, since options of forward have no say in the life of a cached name.
 * @throws CorefileError when FROM or TO are missing or cannot be
 */
export function readForwards(d: Dispenser, warn: (problem: CorefileError) => void): ForwardOptions[] {
  const forwards: ForwardOptions[] = []
  while (d.next()) forwards.push(readForward(d, warn))
  return forwards
}

function readForward(d: Dispenser, warn: (problem: CorefileError) => void): ForwardOptions {
  const line = d.line
  if (!d.nextArg()) throw d.argumentError()
  const [from] = zonesOf(d.val())
  if (from === undefined) throw d.error(`forward: '${d.val()}' is not a zone`)
  const options: ForwardOptions = {
    line,
    plugin: 'forward',
    from,
    to: d.remainingArgs(),
    except: [],
    forceTcp: false,
    preferUdp: false,
    policy: 'random',
  }
  if (options.to.length === 0) throw d.argumentError()
  const ages = { expireSeconds: 10, maxAgeSeconds: 0 }
  while (d.nextBlock()) {
    try {
      readProperty(d, options, ages)
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
      warn(error)
    }
  }
  if (ages.maxAgeSeconds > 0 && ages.maxAgeSeconds < ages.expireSeconds) {
    warn(d.error('forward: max_age must not be less than expire'))
  }
  for (const address of options.to) {
    const { transport, rest } = splitTransport(address)
    if (transport === 'https' && rest.includes('/'))
      throw d.error(`forward: no path is allowed in ${address}`)
    if (transport !== 'dns' && transport !== 'tls' && transport !== 'https') {
      throw d.error(`forward: '${transport}' is not supported as a destination protocol`)
    }
  }
  if (options.to.length > MAX_UPSTREAMS) {
    throw d.error(`forward: more than ${MAX_UPSTREAMS} upstreams: ${options.to.length}`)
  }
  return options
}

const unsigned = (d: Dispenser, text: string, what: string, max = Number.POSITIVE_INFINITY): number => {
  const n = integer(d, text, what)
  if (n < 0 || n > max) throw d.error(`forward: ${what} is out of range: ${text}`)
  return n
}

function readProperty(
  d: Dispenser,
  options: ForwardOptions,
  ages: { expireSeconds: number; maxAgeSeconds: number },
): void {
  const property = d.val()
  const args = d.remainingArgs()
  const [first = ''] = args
  const needs = (least: number, most: number) => {
    if (args.length < least || args.length > most) throw d.argumentError()
  }
  switch (property) {
    case 'except':
      needs(1, Number.POSITIVE_INFINITY)
      options.except.push(...args.flatMap(zonesOf))
      return
    case 'max_fails':
      needs(1, 1)
      options.maxFails = unsigned(d, first, property, 2 ** 32 - 1)
      return
    case 'max_connect_attempts':
      needs(1, 1)
      unsigned(d, first, property, 2 ** 32 - 1)
      return
    case 'health_check':
      needs(1, Number.POSITIVE_INFINITY)
      options.healthCheckSeconds = positiveDuration(d, first, property)
      checkHealthOptions(d, args.slice(1))
      return
    case 'force_tcp':
      needs(0, 0)
      options.forceTcp = true
      return
    case 'prefer_udp':
      needs(0, 0)
      options.preferUdp = true
      return
    case 'tls':
      needs(0, 3)
      return
    case 'tls_servername':
      needs(1, 1)
      return
    case 'expire':
      needs(1, 1)
      ages.expireSeconds = positiveDuration(d, first, property)
      return
    case 'max_age':
      needs(1, 1)
      ages.maxAgeSeconds = positiveDuration(d, first, property)
      return
    case 'max_idle_conns':
      needs(1, 1)
      unsigned(d, first, property)
      return
    case 'read_timeout':
      needs(1, 1)
      options.readTimeoutSeconds = duration(d, first, property)
      if (options.readTimeoutSeconds <= 0) throw d.error(`forward: read_timeout must be positive: ${first}`)
      return
    case 'doh_method':
      needs(1, 1)
      if (first !== 'POST' && first !== 'GET')
        throw d.error(`forward: doh_method must be POST or GET, not '${first}'`)
      return
    case 'policy':
      needs(1, 1)
      if (!POLICIES.includes(first)) throw d.error(`forward: unknown policy '${first}'`)
      options.policy = first
      return
    case 'max_concurrent':
      needs(1, 1)
      options.maxConcurrent = unsigned(d, first, property)
      return
    case 'next':
    case 'failover': {
      needs(1, Number.POSITIVE_INFINITY)
      const stranger = args.find(rcode => !RCODES.has(rcode.toUpperCase()))
      if (stranger !== undefined) throw d.error(`forward: ${stranger} is not a valid rcode`)
      if (property === 'failover' && args.some(rcode => rcode.toUpperCase() === 'NOERROR')) {
        throw d.error('forward: NOERROR cannot be used in failover')
      }
      return
    }
    case 'next_on_nodata':
    case 'failfast_all_unhealthy_upstreams':
      needs(0, 0)
      return
    case 'resolver': {
      needs(1, Number.POSITIVE_INFINITY)
      const stranger = args.find(
        address => isIP(address.replace(/^\[?(.*?)\]?(?::\d+)?$/, '$1')) === 0 && isIP(address) === 0,
      )
      if (stranger !== undefined) throw d.error(`forward: resolver must be an IP address, not '${stranger}'`)
      return
    }
    case 'source_address':
      needs(1, 1)
      if (isIP(first) === 0) throw d.error(`forward: invalid IP address '${first}'`)
      return
    default:
      throw d.error(`forward: unknown property '${property}'`)
  }
}

/** `[no_rec] [domain NAME]` */
function checkHealthOptions(d: Dispenser, args: string[]): void {
  for (let i = 0; i < args.length; i++) {
    if (args[i] === 'no_rec') continue
    if (args[i] !== 'domain') throw d.error(`forward: health_check: unknown option ${args[i]}`)
    const name = args[++i]
    if (name === undefined) throw d.argumentError()
    if (!isDomainName(name)) throw d.error(`forward: health_check: invalid domain name ${name}`)
  }
}

/** Reads `grpc FROM TO… { … }`, or `proxy` of CoreDNS before 1.5: the same shape, without checks of the options. */
export function readOtherForwards(d: Dispenser, plugin: 'grpc' | 'proxy'): ForwardOptions[] {
  const proxies: ForwardOptions[] = []
  while (d.next()) {
    const line = d.line
    const [from = '', ...to] = d.remainingArgs()
    const proxy: ForwardOptions = {
      line,
      plugin,
      from: zonesOf(from)[0] ?? from,
      to,
      except: [],
      forceTcp: false,
      preferUdp: false,
      policy: 'random',
    }
    while (d.nextBlock()) {
      const property = d.val()
      const args = d.remainingArgs()
      if (property === 'except') proxy.except.push(...args.flatMap(zonesOf))
      if (property === 'policy') proxy.policy = args[0] ?? proxy.policy
      if (property === 'max_fails') proxy.maxFails = parseInteger(args[0] ?? '')
    }
    proxies.push(proxy)
  }
  return proxies
}
