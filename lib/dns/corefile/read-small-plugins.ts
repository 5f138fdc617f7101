import type { Dispenser } from './dispenser'
import { duration, integer, isHostPort } from './read-values'
import type { CorefileServer } from './types'

const MIN_RELOAD_SECONDS = 2
const MIN_JITTER_SECONDS = 1

/** `reload [INTERVAL] [JITTER]` (plugin/reload/setup.go): 30 s and 15 s by default, jitter at most half. */
export function readReload(d: Dispenser): NonNullable<CorefileServer['reload']> {
  d.next()
  const [intervalText, jitterText, excess] = d.remainingArgs()
  if (excess !== undefined) throw d.argumentError()
  const interval = intervalText === undefined ? 30 : duration(d, intervalText, 'reload interval')
  if (interval < MIN_RELOAD_SECONDS) throw d.error(`reload interval must be at least ${MIN_RELOAD_SECONDS}s`)
  const jitter = jitterText === undefined ? 15 : duration(d, jitterText, 'reload jitter')
  if (jitter !== 0 && jitter < MIN_JITTER_SECONDS) {
    throw d.error(`reload jitter must be 0 or at least ${MIN_JITTER_SECONDS}s`)
  }
  return { intervalSeconds: interval, jitterSeconds: Math.min(jitter, interval / 2) }
}

/** `bind ADDRESS|INTERFACE… { except … }`, any number of times. */
export function readBind(d: Dispenser): string[] {
  const addresses: string[] = []
  while (d.next()) {
    const here = d.remainingArgs()
    if (here.length === 0) throw d.error('bind: at least one address or interface name is expected')
    const except = new Set<string>()
    while (d.nextBlock()) {
      if (d.val() !== 'except') throw d.error(`bind: invalid option '${d.val()}'`)
      const names = d.remainingArgs()
      if (names.length === 0) throw d.argumentError()
      for (const name of names) except.add(name)
    }
    addresses.push(...here.filter(name => !except.has(name)))
  }
  return addresses
}

/** What a plugin that opens one listening address may be given. */
interface ListenerShape {
  defaultAddress: string
  once: boolean
  properties: Record<string, (d: Dispenser, args: string[]) => void>
}

const exactly = (n: number) => (d: Dispenser, args: string[]) => {
  if (args.length !== n) throw d.argumentError()
}

const LISTENERS: Record<'prometheus' | 'health' | 'ready', ListenerShape> = {
  prometheus: {
    defaultAddress: 'localhost:9153',
    once: true,
    properties: { runtime_metrics: exactly(0), tls: exactly(1) },
  },
  health: {
    defaultAddress: ':8080',
    once: false,
    properties: {
      lameduck: (d, args) => {
        exactly(1)(d, args)
        duration(d, args[0] ?? '', 'health: lameduck')
      },
    },
  },
  ready: {
    defaultAddress: ':8181',
    once: true,
    properties: {
      monitor: (d, args) => {
        exactly(1)(d, args)
        if (args[0] !== 'until-ready' && args[0] !== 'continuously') {
          throw d.error(`ready: monitor type '${args[0]}' not supported`)
        }
      },
    },
  },
}

/** Reads `prometheus`, `health` or `ready`: `NAME [ADDRESS] { … }`; the address. */
export function readListener(d: Dispenser, plugin: keyof typeof LISTENERS): string {
  const shape = LISTENERS[plugin]
  let address = shape.defaultAddress
  for (let i = 0; d.next(); i++) {
    if (i > 0 && shape.once) throw d.error(`${plugin} can be given once in a server block`)
    const [given, excess] = d.remainingArgs()
    if (excess !== undefined) throw d.argumentError()
    if (given !== undefined && given !== '' && !isHostPort(given)) {
      throw d.error(`${plugin}: '${given}' is not an address with a port`)
    }
    address = given ?? address
    while (d.nextBlock()) {
      const property = d.val()
      const check = Object.hasOwn(shape.properties, property) ? shape.properties[property] : undefined
      if (!check) throw d.error(`${plugin}: unknown property '${property}'`)
      check(d, d.remainingArgs())
    }
  }
  return address
}

/** `view NAME { expr … }` */
export function readView(d: Dispenser): string {
  d.next()
  const [name, excess] = d.remainingArgs()
  if (name === undefined || excess !== undefined) throw d.argumentError()
  while (d.nextBlock()) {
    if (d.val() !== 'expr') throw d.error(`view: unknown property '${d.val()}'`)
    d.remainingArgs()
  }
  if (d.next()) throw d.error('view can be given once in a server block')
  return name
}

/** Checks of plugins that say nothing about a name's life but can keep CoreDNS from starting. */
export const CHECKS: Record<string, (d: Dispenser) => void> = {
  loop: d => {
    d.next()
    if (d.nextArg()) throw d.argumentError()
    if (d.next()) throw d.error('loop can be given once in a server block')
  },
  errors: d => {
    d.next()
    const args = d.remainingArgs()
    if (args.length > 1) throw d.argumentError()
    if (args.length === 1 && args[0] !== 'stdout') throw d.error(`errors: invalid log file: ${args[0]}`)
    while (d.nextBlock()) {
      const property = d.val()
      const rest = d.remainingArgs()
      if (property === 'stacktrace') continue
      if (property !== 'consolidate') throw d.error(`errors: unknown property '${property}'`)
      if (rest.length < 2 || rest.length > 4) throw d.argumentError()
      duration(d, rest[0] ?? '', 'errors: consolidate')
    }
    if (d.next()) throw d.error('errors can be given once in a server block')
  },
  log: d => {
    while (d.next()) {
      d.remainingArgs()
      while (d.nextBlock()) {
        if (d.val() !== 'class') throw d.error(`log: unknown property '${d.val()}'`)
        const classes = d.remainingArgs()
        if (classes.length === 0) throw d.argumentError()
        const stranger = classes.find(name => !['all', 'success', 'denial', 'error'].includes(name))
        if (stranger !== undefined) throw d.error(`log: invalid class '${stranger}'`)
      }
    }
  },
  bufsize: d => {
    d.next()
    const [size, excess] = d.remainingArgs()
    if (excess !== undefined) throw d.argumentError()
    if (size === undefined) return
    const bytes = integer(d, size, 'bufsize')
    if (bytes < 512 || bytes > 4096) throw d.error(`bufsize must be in range [512, 4096]: ${bytes}`)
  },
  autopath: d => {
    while (d.next()) if (d.remainingArgs().length === 0) throw d.error('autopath: no resolv-conf specified')
  },
  file: d => {
    while (d.next()) {
      if (!d.nextArg()) throw d.argumentError()
      d.remainingArgs()
      while (d.nextBlock()) d.remainingArgs()
    }
  },
  template: d => {
    while (d.next()) {
      if (d.remainingArgs().length < 2) throw d.argumentError()
      while (d.nextBlock()) d.remainingArgs()
    }
  },
}
