import { log } from './log'

/** `refusing`: it answers, or comes and goes, but what is written is not reliably kept. */
export type DatabaseState = 'up' | 'away' | 'refusing'

/** Small writes still find room on a full disk: only a minute of them shows that the trouble is over. */
const CALM_MS = 60_000

/**
 * How the database stands, told so that the notice about it does not flicker: who was merely away is back with the
 * first answer; who refused writes, or was away again within a minute, is back once writes have worked for a minute.
 */
export class DatabaseStanding {
  #state: DatabaseState = 'up'
  #backAt = Number.NEGATIVE_INFINITY
  /** Of the first write since the last failure. */
  #wroteSince: number | undefined

  /** @param now real time in ms that is never set back */
  constructor(private readonly now: () => number) {}

  get state(): DatabaseState {
    return this.#state
  }

  /** It answers. */
  answered(): void {
    if (this.#state === 'away') this.#back()
  }

  /** It does not answer. */
  silent(error: unknown): void {
    this.#wroteSince = undefined
    if (this.#state === 'up') this.#trouble(this.#isUnsteady() ? 'refusing' : 'away', error)
  }

  /** It answers, and a write failed. */
  refused(error: unknown): void {
    this.#wroteSince = undefined
    if (this.#state !== 'refusing') this.#trouble('refusing', error)
  }

  /** A write was kept. */
  wrote(): void {
    if (this.#state !== 'refusing') return
    this.#wroteSince ??= this.now()
    if (this.now() - this.#wroteSince >= CALM_MS) this.#back()
  }

  #isUnsteady(): boolean {
    return this.now() - this.#backAt < CALM_MS
  }

  #trouble(state: DatabaseState, error: unknown): void {
    this.#state = state
    log('error', state === 'away' ? 'the database is away' : 'the database refuses writes', error)
  }

  #back(): void {
    this.#state = 'up'
    this.#backAt = this.now()
    this.#wroteSince = undefined
    log('info', 'the database is back')
  }
}
