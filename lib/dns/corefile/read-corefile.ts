import { checkOverlaps } from './check-overlaps'
import { CorefileError } from './corefile-error'
import { Dispenser } from './dispenser'
import type { ImportableFiles } from './import-files'
import { isKnownPlugin } from './known-plugins'
import { type Block, parseBlocks } from './parse-blocks'
import { readCache } from './read-cache'
import { readForwards, readOtherForwards } from './read-forward'
import { readHosts } from './read-hosts'
import { readKubernetes } from './read-kubernetes'
import { CHECKS, readBind, readListener, readReload, readView } from './read-small-plugins'
import { readServerKey } from './read-zone'
import { Environment } from './replace-env'
import type { CorefileProblem, CorefileReading, CorefileServer } from './types'

/** A ConfigMap cannot hold more. */
const MAX_BYTES = 1024 * 1024

/** Plugins that decide how long a name lives: a mistake in one of them is an error, in others a warning. */
const DECISIVE = new Set(['cache', 'kubernetes', 'forward', 'grpc', 'reload', 'hosts', 'view'])

export interface CorefileContext {
  /** Values of environment variables; others read as empty, and what hangs on them is a warning, not an error. */
  env?: Readonly<Record<string, string>>
  /** Texts of files that `import` may name, by path; relative paths count from /etc/coredns. */
  files?: ImportableFiles
}

/**
 * Reads a Corefile as CoreDNS 1.14.7 would: words and blocks after coredns/caddy, options after each plugin's
 * setup.go. Never throws. Not `ok` means that CoreDNS would refuse it: keep the last good reading.
 */
export function readCorefile(text: string, context: CorefileContext = {}): CorefileReading {
  const environment = new Environment(context.env)
  const reading: CorefileReading = {
    ok: false,
    servers: [],
    errors: [],
    warnings: [],
    unknownDirectives: [],
    envVars: [],
  }
  try {
    if (text.length > MAX_BYTES) throw new CorefileError('the file is larger than a ConfigMap can be', 1)
    const { blocks, warnings } = parseBlocks(text, environment, context.files ?? {})
    reading.warnings.push(...warnings)
    reading.servers = blocks.map(block => readServer(block, reading))
    reading.errors.push(...checkOverlaps(reading.servers))
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error
    reading.errors.push({ line: error.line, file: error.file, message: error.message })
  }
  reading.unknownDirectives = [...new Set(reading.servers.flatMap(server => server.unknownDirectives))]
  reading.envVars = [...environment.asked].sort()
  reading.ok = reading.errors.length === 0
  return reading
}

function readServer(block: Block, reading: CorefileReading): CorefileServer {
  const server: CorefileServer = {
    line: block.line,
    keys: block.keys,
    zones: [],
    plugins: block.order,
    cache: null,
    kubernetes: null,
    forward: [],
    hosts: null,
    reload: null,
    bind: [],
    prometheus: null,
    health: null,
    ready: null,
    autopath: block.tokens.has('autopath'),
    view: null,
    unknownDirectives: block.order.filter(
      (name, i) => !isKnownPlugin(name) && block.order.indexOf(name) === i,
    ),
  }
  for (const key of block.keys) {
    const zones = readServerKey(key)
    if (!('problem' in zones)) server.zones.push(...zones)
    else
      (block.unresolvedKey ? reading.warnings : reading.errors).push({
        line: block.line,
        message: zones.problem,
      })
  }
  const origins = server.zones.map(zone => zone.zone)
  for (const [plugin, tokens] of block.tokens) {
    const problemOf = ({ line, file, message }: CorefileError): CorefileProblem => ({
      line,
      file,
      plugin,
      message,
    })
    try {
      const warn = (error: CorefileError) => reading.warnings.push(problemOf(error))
      readDirective(plugin, new Dispenser(tokens), { server, origins, warn })
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
      // The running server has the variable, so what looks wrong without it need not be wrong; and what has no say
      // in the life of a name must not make us drop the whole file.
      const blind = tokens.some(token => token.unresolved) || !DECISIVE.has(plugin)
      ;(blind ? reading.warnings : reading.errors).push(problemOf(error))
    }
  }
  return server
}

interface Target {
  server: CorefileServer
  origins: string[]
  warn: (problem: CorefileError) => void
}

function readDirective(plugin: string, d: Dispenser, { server, origins, warn }: Target): void {
  switch (plugin) {
    case 'cache':
      server.cache = readCache(d, origins)
      return
    case 'kubernetes':
      server.kubernetes = readKubernetes(d, origins)
      return
    case 'forward':
      server.forward.push(...readForwards(d, warn))
      return
    case 'grpc':
    case 'proxy':
      server.forward.push(...readOtherForwards(d, plugin))
      return
    case 'hosts':
      server.hosts = readHosts(d)
      return
    case 'reload':
      server.reload = readReload(d)
      return
    case 'bind':
      server.bind = readBind(d)
      return
    case 'view':
      server.view = readView(d)
      return
    case 'prometheus':
    case 'health':
    case 'ready':
      server[plugin] = readListener(d, plugin)
      return
    default:
      if (Object.hasOwn(CHECKS, plugin)) CHECKS[plugin]?.(d)
  }
}
