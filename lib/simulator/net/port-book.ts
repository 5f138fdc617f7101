import { existsSync, readFileSync } from 'node:fs'
import { writePrivate } from './write-private'

// Below the ports that Linux hands to outgoing connections, so that ours are still free at the next start.
const LOWEST = 12_000
const HIGHEST = 31_900

/**
 * Remembers which port belongs to which listener, because those who watch the fleet remember addresses. A remembered
 * port that somebody else has taken is given up for another.
 */
export class PortBook {
  readonly #ports: Map<string, number>
  readonly #taken: Set<number>
  #next: number
  #changed = false

  constructor(
    private readonly file: string,
    random: () => number,
  ) {
    this.#ports = new Map(Object.entries(readBook(file)))
    this.#taken = new Set(this.#ports.values())
    this.#next = LOWEST + Math.floor(random() * (HIGHEST - LOWEST))
  }

  /** The port to try for `key`: the remembered one, or a new one that is remembered from now on. */
  portFor(key: string): number {
    return this.#ports.get(key) ?? this.#assign(key)
  }

  /** Gives up the port of `key`, which cannot be had, for another one. */
  replace(key: string): number {
    return this.#assign(key)
  }

  save(): void {
    if (!this.#changed) return
    writePrivate(this.file, `${JSON.stringify(Object.fromEntries(this.#ports))}\n`)
    this.#changed = false
  }

  #assign(key: string): number {
    for (let tries = LOWEST; tries < HIGHEST; tries++) {
      const port = this.#next
      this.#next = port >= HIGHEST ? LOWEST : port + 1
      if (this.#taken.has(port)) continue
      this.#taken.add(port)
      this.#ports.set(key, port)
      this.#changed = true
      return port
    }
    throw new Error(`no free port between ${LOWEST} and ${HIGHEST} for ${key}`)
  }
}

function readBook(file: string): Record<string, number> {
  if (!existsSync(file)) return {}
  try {
    const book: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof book === 'object' && book !== null) {
      return Object.fromEntries(Object.entries(book).filter(([, port]) => Number.isInteger(port)))
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  // A damaged book costs only that ports change once.
  return {}
}
