// Holdfast's probe agent: asks the resolvers inside a cluster whether CoreDNS still renews names, and tells Holdfast.
// Node's own modules only, so that it runs from any stock Node image (20 or later). README.md says how to install it.
import { randomBytes, randomUUID } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const QUESTION_TIMEOUT_MS = 3_000
const SEND_TIMEOUT_MS = 10_000
/** What could not be sent for six minutes is kept; older rounds are dropped. */
const MAX_KEPT = 30
/** Two failures among the newest four answers are T0; six good ones in a row end it. As in Holdfast itself. */
const AMONG_NEWEST = 4
const FAILURES_TO_BEGIN = 2
const GOOD_TO_END = 6
const MAX_RESOLVERS = 8
const MAX_NAMES = 10

function fail(words) {
  console.error(words)
  process.exit(2)
}

function say(words) {
  console.log(`${new Date().toISOString()} ${words}`)
}

function readSettings(env) {
  const url = env.HOLDFAST_URL ?? ''
  if (!URL.canParse(url))
    fail('HOLDFAST_URL must be the address of Holdfast, such as https://holdfast.example.com')
  const { protocol, hostname: host } = new URL(url)
  const isHere = host === 'localhost' || host === '[::1]' || /^127\./.test(host)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere))
    fail('HOLDFAST_URL must be https: the token must not travel in the clear')
  const resolvers = (env.HOLDFAST_RESOLVERS ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(readAddress)
  if (resolvers.length === 0 || resolvers.length > MAX_RESOLVERS)
    fail(
      `HOLDFAST_RESOLVERS must name 1 to ${MAX_RESOLVERS} resolvers, such as "10.96.0.10:53 169.254.20.10:53"`,
    )
  const seconds = Number(env.HOLDFAST_INTERVAL_SECONDS ?? 12)
  if (!(seconds >= 1 && seconds <= 60)) fail('HOLDFAST_INTERVAL_SECONDS must be from 1 to 60')
  const zone = (env.HOLDFAST_CLUSTER_DOMAIN || 'cluster.local').replace(/\.$/, '')
  const names = (env.HOLDFAST_NAMES ?? '').split(/[\s,]+/).filter(Boolean)
  return {
    target: new URL('/api/v1/dns-observations', url),
    tokenFile: env.HOLDFAST_TOKEN_FILE || '/var/run/secrets/holdfast/token',
    replica: (env.HOLDFAST_REPLICA || hostname()).toLowerCase(),
    resolvers,
    zone,
    names: (names.length > 0 ? names : [`kubernetes.default.svc.${zone}`]).slice(0, MAX_NAMES),
    intervalMs: seconds * 1000,
  }
}

/** Numeric, so that asking it needs no other resolver. */
function readAddress(text) {
  const [, host = '', port = '53'] = /^\[?([0-9a-fA-F:.]+?)\]?(?::(\d{1,5}))?$/.exec(text) ?? []
  const family = isIP(host)
  if (family === 0 || Number(port) > 65_535 || (family === 6 && !text.startsWith('[')))
    fail(`"${text}" is no resolver: write 10.96.0.10:53 or [fd00::a]:53`)
  return family === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/** What c-ares makes of an answer, in Holdfast's words. It checks id and question, and asks over TCP what was cut. */
const RESULTS = {
  ENOTFOUND: 'nxdomain',
  ENODATA: 'nodata',
  ESERVFAIL: 'servfail',
  EREFUSED: 'refused',
  ETIMEOUT: 'timeout',
  ECONNREFUSED: 'unreachable',
  EBADRESP: 'malformed',
  EFORMERR: 'other-error',
  ENOTIMP: 'other-error',
}

/** One question to one resolver, once, with a client of its own: nothing is remembered, and no other server is asked. */
async function ask(server, name) {
  const resolver = new Resolver({ timeout: QUESTION_TIMEOUT_MS, tries: 1 })
  resolver.setServers([server])
  const givenUp = new AbortController()
  sleep(QUESTION_TIMEOUT_MS + 500, undefined, { signal: givenUp.signal }).then(
    () => resolver.cancel(),
    () => {},
  )
  try {
    const records = await resolver.resolve4(name, { ttl: true })
    return { result: 'answer', ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) }
  } catch (error) {
    return { result: error.code === 'ECANCELLED' ? 'timeout' : (RESULTS[error.code] ?? 'other-error') }
  } finally {
    givenUp.abort()
  }
}

/** Whether an answer speaks for CoreDNS; undefined when it says nothing, as of a resolver that answers everything. */
function isGood(result, resolver, proven) {
  if (result === 'nxdomain' || result === 'nodata') return true
  if (result === 'servfail' || result === 'other-error') return false
  if (result === 'answer' || result === 'malformed') return undefined
  return proven.has(resolver) ? false : undefined
}

const settings = readSettings(process.env)
const bootId = randomUUID()
const bootedAt = new Date().toISOString()
const proven = new Set()
let newest = []
/** T0 as this agent has seen it, for a Holdfast that starts in the middle of it. */
let failingSince = null
let sequence = 0
/** Told by Holdfast when it takes a message in; one that starts anew has another, and must be told with that. */
let run
let outbox = []

/** One round: the live path at every resolver, and at T0, once, how long cached names last. */
async function round() {
  const askedAt = new Date().toISOString()
  const answers = await Promise.all(
    settings.resolvers.map(async resolver => {
      // A name that exists nowhere is in no cache, and keeps none warm.
      const nonce = `x${randomBytes(6).toString('hex')}.default.svc.${settings.zone}`
      return { resolver, result: (await ask(resolver, nonce)).result }
    }),
  )
  for (const answer of answers) {
    if (isGood(answer.result, answer.resolver, proven)) proven.add(answer.resolver)
    answer.proven = proven.has(answer.resolver)
    const good = isGood(answer.result, answer.resolver, proven)
    if (good !== undefined)
      newest = [...newest, { good, askedAt }].slice(-Math.max(AMONG_NEWEST, GOOD_TO_END))
  }
  const wasFailing = failingSince !== null
  const failures = newest.slice(-AMONG_NEWEST).filter(({ good }) => !good)
  if (!wasFailing && failures.length >= FAILURES_TO_BEGIN) failingSince = failures[0].askedAt
  if (wasFailing && newest.length >= GOOD_TO_END && newest.every(({ good }) => good)) failingSince = null
  const isFailing = failingSince !== null
  const readings = isFailing && !wasFailing ? await readNames() : []
  if (isFailing !== wasFailing) say(isFailing ? `DNS fails since ${failingSince}` : 'DNS answers again')
  outbox = [...outbox, { sequence: ++sequence, askedAt, answers, failingSince, readings }].slice(-MAX_KEPT)
}

function readNames() {
  return Promise.all(
    settings.resolvers.flatMap(resolver =>
      settings.names.map(async name => {
        const readAt = new Date().toISOString()
        const { result, ttlSeconds } = await ask(resolver, name)
        return { name, resolver, readAt, ttlSeconds: result === 'answer' ? ttlSeconds : null }
      }),
    ),
  )
}

let saidOfSending = ''
function sayOnce(words) {
  if (words !== saidOfSending) say(words)
  saidOfSending = words
}

/** Keeps the run that Holdfast tells. True when it wants the message once more, since another run is told now. */
function takeRun(words) {
  const { run: told, accepted } = JSON.parse(words)
  const isNew = told !== run
  run = told
  return accepted === 'again' && isNew
}

/** Sends what is waiting, oldest first; a message that is sent again keeps its number. */
async function send() {
  while (outbox.length > 0) {
    const [message] = outbox
    // The file is read each time: a token that is changed is used at once.
    const token = readFileSync(settings.tokenFile, 'utf8').trim()
    const response = await fetch(settings.target, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...message,
        replica: settings.replica,
        bootId,
        bootedAt,
        run,
        sentAt: new Date().toISOString(),
      }),
    })
    const words = (await response.text()).slice(0, 1_000)
    if (response.ok) {
      const isRepeat = takeRun(words)
      sayOnce(`Holdfast hears us: ${settings.resolvers.join(', ')}`)
      if (isRepeat) continue
    } else {
      sayOnce(`Holdfast answered ${response.status}: ${words}`)
      // What it will never take is dropped; all else is tried again with the next round.
      if (![400, 409, 410, 413].includes(response.status)) return
    }
    outbox = outbox.filter(other => other !== message)
  }
}

process.on('SIGTERM', () => process.exit(0))
process.on('SIGINT', () => process.exit(0))
say(`${settings.replica} asks ${settings.resolvers.join(', ')} every ${settings.intervalMs / 1000} s`)
// Replicas that start together do not stay in step.
await sleep(settings.intervalMs * Math.random())
for (;;) {
  const startedAt = performance.now()
  await round()
  try {
    await send()
  } catch (error) {
    sayOnce(`Holdfast cannot be reached: ${error.cause?.message ?? error.message}`)
  }
  await sleep(Math.max(100, settings.intervalMs - (performance.now() - startedAt)))
}
