import type { Dispenser } from './dispenser'
import { duration, integer, parseInteger, positiveDuration } from './read-values'
import { normalizeZone, zonesOrServer } from './read-zone'
import type { CacheOptions, ServeStaleOptions } from './types'

const MAX_SERVFAIL_SECONDS = 300
const MAX_RECHECK_SECONDS = 300
const MAX_DNS_TTL = 2 ** 32 - 1

/**
 * Reads `cache [TTL] [ZONES…] { … }` with the defaults and checks of plugin/cache/setup.go (CoreDNS 1.14.7).
 * @throws CorefileError where CoreDNS would refuse to start
 */
export function readCache(d: Dispenser, serverZones: readonly string[]): CacheOptions {
  d.next()
  const cache: CacheOptions = {
    line: d.line,
    zones: [],
    successCapacity: 9984,
    denialCapacity: 9984,
    successTtl: 3600,
    successMinTtl: 5,
    denialTtl: 1800,
    denialMinTtl: 5,
    prefetch: null,
    serveStale: null,
    serveStalePolicy: null,
    servfailSeconds: 5,
    disable: {},
    keepttl: false,
  }
  let args = d.remainingArgs()
  const ttl = parseInteger(args[0] ?? '')
  if (ttl !== undefined) {
    if (ttl <= 0) throw d.error(`cache TTL can not be zero or negative: ${ttl}`)
    cache.successTtl = ttl
    cache.denialTtl = ttl
    args = args.slice(1)
  }
  cache.zones = zonesOrServer(args, serverZones)
  while (d.nextBlock()) readProperty(d, cache)
  if (cache.serveStalePolicy && !cache.serveStale) throw d.error('serve_stale_policy requires serve_stale')
  if (d.next()) throw d.error('cache can be given once in a server block')
  return cache
}

function readProperty(d: Dispenser, cache: CacheOptions): void {
  const property = d.val()
  const args = d.remainingArgs()
  switch (property) {
    case 'success':
    case 'denial': {
      const [capacity, ttl, minTtl] = readLimits(d, args)
      cache[`${property}Capacity`] = capacity
      if (ttl !== undefined) cache[`${property}Ttl`] = ttl
      if (minTtl !== undefined) cache[`${property}MinTtl`] = minTtl
      return
    }
    case 'prefetch':
      cache.prefetch = readPrefetch(d, args)
      return
    case 'serve_stale':
      cache.serveStale = readServeStale(d, args)
      return
    case 'serve_stale_policy':
      if (cache.serveStalePolicy) throw d.error('serve_stale_policy can only be specified once')
      if (args.length !== 1) throw d.argumentError()
      if (args[0]?.toLowerCase() !== 'prefer_positive')
        throw d.error(`invalid serve_stale_policy: ${args[0]}`)
      cache.serveStalePolicy = 'prefer_positive'
      return
    case 'servfail': {
      if (args.length !== 1) throw d.argumentError()
      const seconds = positiveDuration(d, args[0] ?? '', 'servfail')
      if (seconds > MAX_SERVFAIL_SECONDS)
        throw d.error('caching SERVFAIL for over 5 minutes is not permitted')
      cache.servfailSeconds = seconds
      return
    }
    case 'disable':
      readDisable(d, args, cache)
      return
    case 'keepttl':
      if (args.length > 0) throw d.argumentError()
      cache.keepttl = true
      return
    default:
      throw d.error(`cache: unknown property '${property}'`)
  }
}

/** `CAPACITY [TTL] [MINTTL]` */
function readLimits(d: Dispenser, args: string[]): [number, number?, number?] {
  const [capacityText, ttlText, minTtlText] = args
  if (capacityText === undefined) throw d.argumentError()
  const capacity = integer(d, capacityText, 'capacity')
  if (ttlText === undefined) return [capacity]
  const ttl = integer(d, ttlText, 'TTL')
  if (ttl <= 0) throw d.error(`cache TTL can not be zero or negative: ${ttl}`)
  if (minTtlText === undefined) return [capacity, ttl]
  const minTtl = integer(d, minTtlText, 'minimum TTL')
  if (minTtl < 0) throw d.error(`cache min TTL can not be negative: ${minTtl}`)
  return [capacity, ttl, minTtl]
}

/** `AMOUNT [[DURATION] [PERCENTAGE%]]` */
function readPrefetch(d: Dispenser, args: string[]): CacheOptions['prefetch'] {
  const [amountText, durationText, percentText] = args
  if (amountText === undefined || args.length > 3) throw d.argumentError()
  const amount = integer(d, amountText, 'prefetch amount')
  if (amount < 0) throw d.error(`prefetch amount should be positive: ${amount}`)
  const durationSeconds = durationText === undefined ? 60 : duration(d, durationText, 'prefetch duration')
  let percentage = 10
  if (percentText !== undefined) {
    if (!percentText.endsWith('%')) throw d.error(`prefetch percentage must end in %: '${percentText}'`)
    percentage = integer(d, percentText.slice(0, -1), 'prefetch percentage')
    if (percentage < 10 || percentage > 90)
      throw d.error(`prefetch percentage must be 10 to 90: ${percentage}`)
  }
  return amount === 0 ? null : { amount, durationSeconds, percentage }
}

/** `[DURATION] [immediate [TTL] [RECHECK] | verify [TIMEOUT] [TTL] [RECHECK]]` */
function readServeStale(d: Dispenser, args: string[]): ServeStaleOptions {
  const [upTo, modeText, ...rest] = args
  if (args.length > 5) throw d.argumentError()
  const stale: ServeStaleOptions = {
    durationSeconds: upTo === undefined ? 3600 : positiveDuration(d, upTo, 'serve_stale'),
    mode: 'immediate',
    verifyTimeoutSeconds: 0,
    ttlSeconds: 0,
    recheckSeconds: 0,
  }
  if (modeText === undefined) return stale
  const mode = modeText.toLowerCase()
  if (mode !== 'immediate' && mode !== 'verify') {
    throw d.error(`invalid value for serve_stale refresh mode: ${modeText}`)
  }
  stale.mode = mode
  if (mode === 'verify') {
    const timeout = rest.shift()
    if (timeout !== undefined) {
      stale.verifyTimeoutSeconds = positiveDuration(d, timeout, 'serve_stale verify timeout')
    }
  }
  const [ttlText, recheckText, excess] = rest
  if (excess !== undefined) throw d.argumentError()
  if (ttlText !== undefined) {
    const ttl = positiveDuration(d, ttlText, 'serve_stale response TTL')
    if (!Number.isInteger(ttl)) throw d.error('serve_stale response TTL must be whole seconds')
    if (ttl > MAX_DNS_TTL) throw d.error('serve_stale response TTL exceeds the range of DNS TTLs')
    stale.ttlSeconds = ttl
  }
  if (recheckText !== undefined) {
    stale.recheckSeconds = positiveDuration(d, recheckText, 'serve_stale failure recheck')
    if (stale.recheckSeconds > MAX_RECHECK_SECONDS) {
      throw d.error('serve_stale failure recheck cannot exceed 5 minutes')
    }
  }
  return stale
}

/** `success|denial [ZONES…]`; without zones, the kind is not cached at all. */
function readDisable(d: Dispenser, args: string[], cache: CacheOptions): void {
  const [kind, ...names] = args
  if (kind === undefined) throw d.argumentError()
  if (kind !== 'success' && kind !== 'denial') throw d.error(`disable takes success or denial, not '${kind}'`)
  cache.disable[kind] = names.length === 0 ? ['.'] : names.map(normalizeZone)
}
