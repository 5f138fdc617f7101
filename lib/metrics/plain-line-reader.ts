import { readNumber } from './read-number'
import { SameBytes } from './same-bytes'
import type { StringCache } from './string-cache'

const QUOTE = 0x22
const COMMA = 0x2c
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const UNDERSCORE = 0x5f
const NINE = 0x39
const SPACE = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d

/** Letters, digits and underscore; a leading digit is refused apart. */
const LABEL_BYTE = new Uint8Array(256)
for (let c = 0x61; c <= 0x7a; c++) LABEL_BYTE[c] = LABEL_BYTE[c - 32] = 1
for (let c = 0x30; c <= 0x39; c++) LABEL_BYTE[c] = 1
LABEL_BYTE[UNDERSCORE] = 1

/**
 * Reads lines as servers really write them, `name{a="b",c="d"} 1`: no blanks but one, no escapes, no timestamp.
 * The buckets of one histogram differ in their last label only: what stands before it is compared, not read again.
 */
export class PlainLineReader {
  /** In the order of `wanted`, `''` when absent. Valid until the next `read`. */
  readonly values: string[] = []
  #wanted: readonly Uint8Array[] | undefined
  /** From the end of the metric's name to the start of the last label's value, of the line before. */
  readonly #prefix = new SameBytes(2048)
  #lastSlot = -1

  constructor(
    private readonly strings: StringCache,
    private readonly maxLabelBytes: number,
  ) {}

  /**
   * `from` is where the name ends. Returns the value; undefined when the line has any other form, legal or not:
   * then `LineReader` must read it with all care, at several times the cost.
   */
  read(buf: Buffer, from: number, end: number, wanted: readonly Uint8Array[]): number | undefined {
    let at = from
    if (buf[at] === OPEN) {
      const { length } = this.#prefix
      const known =
        wanted === this.#wanted && length > 0 && from + length < end && this.#prefix.matches(buf, from)
      at = known ? this.#readLastValue(buf, from + length, end) : this.#readLabels(buf, from, end, wanted)
      if (at < 0) {
        this.#wanted = undefined
        return undefined
      }
    } else {
      this.#wanted = undefined
      this.values.length = wanted.length
      this.values.fill('')
    }
    return buf[at] === SPACE ? readNumber(buf, at + 1, end) : undefined
  }

  #readLastValue(buf: Buffer, start: number, end: number): number {
    const close = endOfValue(buf, start, end)
    if (close < 0 || buf[close + 1] !== CLOSE || close - start > this.maxLabelBytes) return -1
    if (this.#lastSlot >= 0) this.values[this.#lastSlot] = this.strings.get(buf, start, close)
    return close + 2
  }

  /** From `{` to past `}`; -1 when it is not of the plain form. */
  #readLabels(buf: Buffer, from: number, end: number, wanted: readonly Uint8Array[]): number {
    const { values } = this
    values.length = wanted.length
    values.fill('')
    let at = from
    let valueStart = at
    let slot = -1
    do {
      const nameStart = ++at
      while (at < end && LABEL_BYTE[buf[at] as number] === 1) at++
      const nameLength = at - nameStart
      if (nameLength === 0 || buf[at] !== EQUALS || buf[at + 1] !== QUOTE) return -1
      const first = buf[nameStart] as number
      // No digit in front; `__name__` is not legal, and other names like it are rare enough to be read slowly.
      if (first <= NINE || (first === UNDERSCORE && buf[nameStart + 1] === UNDERSCORE)) return -1
      valueStart = at + 2
      at = endOfValue(buf, valueStart, end)
      if (at < 0) return -1
      slot = -1
      for (let i = 0; i < wanted.length; i++) {
        const label = wanted[i] as Uint8Array
        if (label.length === nameLength && label[0] === first && same(buf, nameStart, label)) slot = i
      }
      if (slot >= 0) {
        if (values[slot] !== '' || at - valueStart > this.maxLabelBytes) return -1
        values[slot] = this.strings.get(buf, valueStart, at)
      }
      at++
    } while (buf[at] === COMMA)
    if (buf[at] !== CLOSE) return -1
    this.#wanted = wanted
    this.#lastSlot = slot
    this.#prefix.set(buf, from, valueStart)
    return at + 1
  }
}

/** Where the closing quote stands; -1 when there is none or an escape comes first. */
function endOfValue(buf: Buffer, start: number, end: number): number {
  let at = start
  for (; at < end; at++) {
    const c = buf[at]
    if (c === QUOTE) return at
    if (c === BACKSLASH) return -1
  }
  return -1
}

function same(buf: Buffer, start: number, name: Uint8Array): boolean {
  for (let i = 1; i < name.length; i++) if (buf[start + i] !== name[i]) return false
  return true
}
