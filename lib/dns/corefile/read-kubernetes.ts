import type { Dispenser } from './dispenser'
import { duration, integer } from './read-values'
import { zonesOf, zonesOrServer } from './read-zone'
import type { KubernetesOptions } from './types'

const MAX_TTL = 3600

/** Options that older versions took: `upstream`, `resyncperiod`, `transfer` and such. They change no name's life. */
const LEGACY = new Set(['upstream', 'resyncperiod', 'transfer', 'federation', 'cidrs'])

/** Arguments that an option takes at least and at most. */
const ARGUMENTS: Record<string, [number, number]> = {
  endpoint_pod_names: [0, 0],
  pods: [1, 1],
  namespaces: [1, Number.POSITIVE_INFINITY],
  endpoint: [1, Number.POSITIVE_INFINITY],
  tls: [3, 3],
  labels: [1, Number.POSITIVE_INFINITY],
  namespace_labels: [1, Number.POSITIVE_INFINITY],
  fallthrough: [0, Number.POSITIVE_INFINITY],
  ttl: [1, Number.POSITIVE_INFINITY],
  noendpoints: [0, 0],
  zonal: [0, 0],
  ignore: [0, Number.POSITIVE_INFINITY],
  kubeconfig: [1, 2],
  multicluster: [0, Number.POSITIVE_INFINITY],
  startup_timeout: [1, Number.POSITIVE_INFINITY],
  apiserver_qps: [1, 1],
  apiserver_burst: [1, 1],
  apiserver_max_inflight: [1, 1],
}

/**
 * Reads `kubernetes [ZONES…] { … }` with the defaults and checks of plugin/kubernetes/setup.go (CoreDNS 1.14.7).
 * @throws CorefileError where CoreDNS would refuse to start
 */
export function readKubernetes(d: Dispenser, serverZones: readonly string[]): KubernetesOptions {
  d.next()
  const options: KubernetesOptions = {
    line: d.line,
    zones: zonesOrServer(d.remainingArgs(), serverZones),
    ttlSeconds: 5,
    pods: 'disabled',
    fallthrough: null,
    endpoint: [],
    startupTimeoutSeconds: 5,
    noEndpoints: false,
    legacyOptions: [],
  }
  if (!options.zones.some(zone => !isReverse(zone)))
    throw d.error('kubernetes: a zone that is not reverse is needed')
  const seen = new Set<string>()
  while (d.nextBlock()) {
    seen.add(d.val())
    readProperty(d, options)
  }
  if (seen.has('namespaces') && seen.has('namespace_labels')) {
    throw d.error('kubernetes: namespaces and namespace_labels cannot both be set')
  }
  if (seen.has('zonal') && options.noEndpoints)
    throw d.error('kubernetes: zonal cannot be set with noendpoints')
  if (d.next()) throw d.error('kubernetes can be given once in a server block')
  return options
}

/** As CoreDNS sees it: the bare `in-addr.arpa.` does not count as reverse. */
function isReverse(zone: string): boolean {
  return zone.endsWith('.in-addr.arpa.') || zone.endsWith('.ip6.arpa.')
}

function readProperty(d: Dispenser, options: KubernetesOptions): void {
  const property = d.val()
  const args = d.remainingArgs()
  if (LEGACY.has(property)) {
    options.legacyOptions.push(property)
    return
  }
  const limits = Object.hasOwn(ARGUMENTS, property) ? ARGUMENTS[property] : undefined
  if (!limits) throw d.error(`kubernetes: unknown property '${property}'`)
  if (args.length < limits[0] || args.length > limits[1]) throw d.argumentError()
  const [first = ''] = args
  switch (property) {
    case 'pods':
      if (first !== 'disabled' && first !== 'insecure' && first !== 'verified') {
        throw d.error(`pods must be disabled, verified or insecure, not '${first}'`)
      }
      options.pods = first
      return
    case 'endpoint':
      options.endpoint = args
      return
    case 'fallthrough':
      options.fallthrough = args.length === 0 ? ['.'] : args.flatMap(zonesOf)
      return
    case 'ttl': {
      const ttl = integer(d, first, 'ttl')
      if (ttl < 0 || ttl > MAX_TTL) throw d.error(`ttl must be in range [0, ${MAX_TTL}]: ${ttl}`)
      options.ttlSeconds = ttl
      return
    }
    case 'noendpoints':
      options.noEndpoints = true
      return
    case 'ignore':
      if (args.length > 0 && first !== 'empty_service')
        throw d.error(`unable to parse ignore value: '${first}'`)
      return
    case 'startup_timeout':
      options.startupTimeoutSeconds = duration(d, first, 'startup_timeout')
      return
    case 'multicluster': {
      const stranger = args.flatMap(zonesOf).find(zone => !options.zones.includes(zone))
      if (stranger !== undefined)
        throw d.error(`kubernetes is not authoritative for the multicluster zone ${stranger}`)
      return
    }
    case 'apiserver_qps':
      if (!(Number(first) >= 0) || first === '')
        throw d.error(`apiserver_qps must be a number of at least 0: '${first}'`)
      return
    case 'apiserver_burst':
    case 'apiserver_max_inflight':
      if (integer(d, first, property) < 0) throw d.error(`${property} must be at least 0: ${first}`)
      return
  }
}
