import { beginsName } from './line-reader'
import { SameBytes } from './same-bytes'

const LF = 0x0a
const CR = 0x0d
const HASH = 0x23
const OPEN = 0x7b
const SPACE = 0x20
const TAB = 0x09

/** Instead of a family's index: every family is wanted, or the name is quoted and must be read to be known. */
export const ANY_FAMILY = -2
const UNWANTED = -1
/** No wanted family has a longer name. */
const MAX_NAME = 256

/** Bounds on what one text may cost; beyond them the rest is left out and told in `damage`. */
export interface ScanLimits {
  maxBytes: number
  maxLineBytes: number
  maxLabelBytes: number
  maxSeries: number
}

/** About ten times what the largest API servers expose. */
export const SCAN_LIMITS: ScanLimits = {
  maxBytes: 64 << 20,
  maxLineBytes: 64 << 10,
  maxLabelBytes: 4096,
  maxSeries: 500_000,
}

export interface ScanSummary {
  scannedBytes: number
  /** Samples of wanted families that were handed over. */
  keptSeries: number
  /** Sample lines, wanted or not. */
  seenSeries: number
  /** Lines that could not be read. */
  badLines: number
  /** The text ended in the middle of a line, or a bound was reached. */
  cut: boolean
  /** In words, when anything was cut, too long or unreadable; what was read before stays. */
  damage?: string
}

/** Reads one line of a family; returns what is wrong with it, or '' when its sample was taken. */
type TakeLine = (buf: Buffer, start: number, nameEnd: number, end: number, family: number) => string

/** Cuts a stream of bytes into lines and drops those of unwanted families after their first bytes. */
export class TextScanner {
  #carry = Buffer.allocUnsafe(512)
  /** Bytes of the unfinished line so far. */
  #pending = 0
  /** The unfinished line is not wanted: it is counted, not kept. */
  #skipping = false
  #full = false
  #cut = false
  #bytes = 0
  /** A text holds the lines of a family together: most lines begin with the name of the line before. */
  readonly #lastName = new SameBytes(MAX_NAME)
  #lastFamily = UNWANTED
  #lines = 0
  #kept = 0
  #seen = 0
  #bad = 0
  #firstBad = ''
  #sawEof = false
  readonly #notes = new Set<string>()

  /** `families` maps a name to the index that `take` gets; without it every family is wanted. */
  constructor(
    private readonly limits: ScanLimits,
    private readonly families: ReadonlyMap<string, number> | undefined,
    private readonly take: TakeLine,
  ) {}

  push(chunk: Uint8Array): void {
    const room = this.limits.maxBytes - this.#bytes
    if (chunk.length > room) this.#full = true
    const length = Math.min(chunk.length, room)
    if (length <= 0) return
    this.#bytes += length
    const buf = Buffer.from(chunk.buffer, chunk.byteOffset, length)
    if (this.#pending === 0) this.#scan(buf, 0, length)
    else {
      const lf = buf.indexOf(LF)
      const stop = lf < 0 ? length : lf + 1
      this.#append(buf, 0, stop)
      if (lf < 0) return
      this.#endPending()
      this.#scan(buf, stop, length)
    }
  }

  /** `oddEscape`: a label had an escape that is legal in OpenMetrics only, which is known by its end mark. */
  finish(complete: boolean, oddEscape: () => boolean): ScanSummary {
    if (this.#full) this.#notes.add(`longer than ${this.limits.maxBytes} bytes; the rest was not read`)
    if (this.#pending > 0 && (this.#full || !complete)) {
      this.#cut = true
      this.#notes.add('cut in the middle of a line')
    } else if (this.#pending > 0) {
      this.#append(Buffer.from([LF]), 0, 1)
      this.#endPending()
    }
    if (!this.#sawEof && oddEscape()) this.#notes.add('a label value with an unknown escape')
    if (this.#bad > 0) {
      const lines = this.#bad === 1 ? '1 line' : `${this.#bad} lines`
      this.#notes.add(`${lines} could not be read, first ${this.#firstBad}`)
    }
    return {
      scannedBytes: this.#bytes,
      keptSeries: this.#kept,
      seenSeries: this.#seen,
      badLines: this.#bad,
      cut: this.#cut || this.#full,
      damage: this.#notes.size > 0 ? [...this.#notes].join('; ') : undefined,
    }
  }

  /** The hot loop: `buf[pos, end)` begins at the start of a line. */
  #scan(buf: Buffer, from: number, end: number): void {
    const last = this.#lastName
    let pos = from
    while (pos < end) {
      let i = pos
      let c = buf[i] as number
      let family = UNWANTED
      let nameEnd = pos + last.length
      if (nameEnd < end && endsName(buf[nameEnd] as number) && last.length > 0 && last.matches(buf, pos)) {
        family = this.#lastFamily
        i = nameEnd
      } else {
        while ((c === SPACE || c === TAB || c === CR) && i + 1 < end) c = buf[++i] as number
        if (c === LF) {
          this.#lines++
          pos = i + 1
          continue
        }
        const start = i
        if (c === OPEN) family = ANY_FAMILY
        else if (c !== HASH && beginsName(c)) {
          while (i < end && !endsName(buf[i] as number) && buf[i] !== LF) i++
          if (i === end) {
            this.#append(buf, pos, end)
            return
          }
          family = this.families ? this.#findFamily(buf, start, i) : ANY_FAMILY
          if (buf[i] !== LF && start === pos) {
            last.set(buf, start, i)
            this.#lastFamily = family
          }
        }
        nameEnd = i
      }
      const lf = buf.indexOf(LF, i)
      const named = family === UNWANTED && beginsName(buf[pos] as number)
      if (lf < 0) {
        this.#skipping = named
        this.#append(buf, pos, end)
        return
      }
      this.#lines++
      if (lf - pos >= this.limits.maxLineBytes) this.#tooLong()
      else if (named) this.#seen++
      else this.#takeLine(buf, pos, nameEnd, lf, family)
      pos = lf + 1
    }
  }

  #findFamily(buf: Buffer, start: number, end: number): number {
    if (end - start > MAX_NAME) return UNWANTED
    return this.families?.get(buf.toString('latin1', start, end)) ?? UNWANTED
  }

  /** A line that is wanted, a comment, or one that cannot be a sample. */
  #takeLine(buf: Buffer, from: number, nameEnd: number, lf: number, family: number): void {
    let start = from
    while (buf[start] === SPACE || buf[start] === TAB) start++
    let end = lf
    while (end > start && buf[end - 1] === CR) end--
    if (this.#sawEof) {
      this.#notes.add('text after the end mark; it was not read')
      return
    }
    if (buf[start] === HASH) {
      if (end - start === 5 && buf.toString('latin1', start, end) === '# EOF') this.#sawEof = true
      return
    }
    this.#seen++
    if (family === UNWANTED && beginsName(buf[start] as number)) return
    if (this.#kept >= this.limits.maxSeries) {
      this.#cut = true
      this.#notes.add(`more than ${this.limits.maxSeries} wanted series; the rest was not read`)
      return
    }
    const problem = family === UNWANTED ? 'no metric name' : this.take(buf, start, nameEnd, end, family)
    if (problem === '') this.#kept++
    else if (problem !== NOT_TAKEN) this.#damaged(problem)
  }

  #damaged(problem: string): void {
    if (this.#bad++ === 0) this.#firstBad = `line ${this.#lines}: ${problem}`
  }

  /** Keeps the part of a line that the chunk ends in, or only its length when the line is not wanted. */
  #append(buf: Buffer, start: number, end: number): void {
    const length = this.#pending + end - start
    if (!this.#skipping && length <= this.limits.maxLineBytes) {
      if (length > this.#carry.length) {
        const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#carry.length))
        this.#carry.copy(larger, 0, 0, this.#pending)
        this.#carry = larger
      }
      buf.copy(this.#carry, this.#pending, start, end)
    }
    this.#pending = length
  }

  /** The pending line has got its line feed. */
  #endPending(): void {
    const length = this.#pending
    const skipped = this.#skipping
    this.#pending = 0
    this.#skipping = false
    if (!skipped && length <= this.limits.maxLineBytes) {
      this.#scan(this.#carry, 0, length)
      return
    }
    this.#lines++
    if (length > this.limits.maxLineBytes) this.#tooLong()
    else this.#seen++
  }

  #tooLong(): void {
    this.#damaged(`longer than ${this.limits.maxLineBytes} bytes`)
  }
}

function endsName(c: number): boolean {
  return c === OPEN || c === SPACE || c === TAB
}

/** A legal line without a sample for the caller: another family under a quoted name, a native histogram. */
export const NOT_TAKEN = 'not taken'
