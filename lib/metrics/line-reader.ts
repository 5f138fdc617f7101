import { readNumber } from './read-number'
import type { StringCache } from './string-cache'

const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const HASH = 0x23
const COMMA = 0x2c
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d

const NAME_LABEL = Buffer.from('__name__')
/** What a native histogram begins with, after the brace. */
const COUNT_FIELD = Buffer.from('count:')

/** Which bytes may stand in a name: 1 = anywhere, 2 = not first (digits), 4 = in metric names only (colon). */
const NAME_BYTE = new Uint8Array(256)
for (let c = 0x61; c <= 0x7a; c++) NAME_BYTE[c] = NAME_BYTE[c - 32] = 1
for (let c = 0x30; c <= 0x39; c++) NAME_BYTE[c] = 2
NAME_BYTE[0x5f] = 1
NAME_BYTE[0x3a] = 4

/** True when a metric's name may begin with this byte. */
export function beginsName(byte: number): boolean {
  return (((NAME_BYTE[byte] as number) | 0) & 5) !== 0
}

/**
 * Reads one sample line of the Prometheus text format (0.0.4, 1.0.0 with quoted names) or of OpenMetrics.
 * One reader is used for all lines; its fields hold what the last `read` found.
 */
export class LineReader {
  value = 0
  /** As written: milliseconds in the Prometheus format, seconds in OpenMetrics. Undefined when there is none. */
  timestamp: number | undefined
  /** Values of the wanted labels in the order asked, `''` when absent; or, with all labels, in order of appearance. */
  readonly values: string[] = []
  /** Names of all labels; filled only when all labels are read. */
  readonly names: string[] = []
  /** Only when all labels are read. */
  metric = ''
  /** A native histogram has no single value; such a line is legal, and there is no sample to hand over. */
  isHistogram = false
  /** Some line had an escape other than \\ \" \n, legal in OpenMetrics only; its backslash is kept. */
  oddEscape = false
  problem = ''

  #buf: Buffer = Buffer.alloc(0)
  #end = 0
  #at = 0

  constructor(
    private readonly strings: StringCache,
    private readonly maxLabelBytes: number,
  ) {}

  /**
   * Reads `buf[start, end)`, a line without its line feed. `wanted` are the names of the labels to hand over;
   * undefined reads all. Returns false, with `problem` set, when the line is not a legal sample.
   */
  read(buf: Buffer, start: number, end: number, wanted: readonly Uint8Array[] | undefined): boolean {
    this.#buf = buf
    this.#end = end
    this.#at = start
    this.problem = ''
    this.isHistogram = false
    this.timestamp = undefined
    this.values.length = 0
    this.names.length = 0
    if (wanted) for (let i = 0; i < wanted.length; i++) this.values.push('')
    this.#skipBlanks()
    const nameStart = this.#at
    let named = this.#skipName(5)
    if (!wanted) this.metric = named ? this.strings.get(buf, nameStart, this.#at) : ''
    this.#skipBlanks()
    if (this.#peek() === OPEN && !(named && this.#atHistogram())) {
      this.#at++
      const found = this.#readLabels(wanted, named)
      if (found < 0) return false
      named ||= found > 0
      this.#skipBlanks()
    } else if (named && this.#at < end && !isBlank(buf[this.#at - 1] as number)) {
      return this.#fail('a byte that no metric name may hold')
    }
    if (!named) return this.#fail('no metric name')
    return this.#readTail()
  }

  /** Value, timestamp and exemplar. */
  #readTail(): boolean {
    if (this.#peek() === OPEN) return this.#readHistogram()
    const value = this.#number()
    if (value === undefined) return this.#fail('the value is not a number')
    this.value = value
    return this.#readAfterValue()
  }

  #readAfterValue(): boolean {
    if (this.#at === this.#end) return true
    this.#skipBlanks()
    if (this.#at < this.#end && this.#peek() !== HASH) {
      this.timestamp = this.#number()
      if (this.timestamp === undefined || !Number.isFinite(this.timestamp))
        return this.#fail('the timestamp is not a number')
      this.#skipBlanks()
    }
    if (this.#peek() === HASH) return this.#readExemplar()
    return this.#at === this.#end || this.#fail('text after the timestamp')
  }

  /** `# {labels} value [timestamp]`; its content is checked and dropped. */
  #readExemplar(): boolean {
    this.#at++
    this.#skipBlanks()
    if (this.#peek() !== OPEN) return this.#fail('an exemplar without labels')
    this.#at++
    if (this.#readLabels([], true) < 0) return false
    for (let part = 0; part < 2; part++) {
      this.#skipBlanks()
      if (this.#at === this.#end && part > 0) return true
      if (this.#number() === undefined) return this.#fail('an exemplar without a value')
    }
    this.#skipBlanks()
    return this.#at === this.#end || this.#fail('text after the exemplar')
  }

  #atHistogram(): boolean {
    const start = this.#at + 1
    return (
      start + COUNT_FIELD.length <= this.#end &&
      sameBytes(this.#buf, start, start + COUNT_FIELD.length, COUNT_FIELD)
    )
  }

  #readHistogram(): boolean {
    const close = this.#buf.indexOf(CLOSE, this.#at)
    if (close < 0 || close >= this.#end) return this.#fail('a native histogram without its end')
    this.isHistogram = true
    this.#at = close + 1
    return this.#readAfterValue()
  }

  /** After `{`, up to and including `}`. Returns 1 when a quoted metric name was among them, 0 if not, -1 on failure. */
  #readLabels(wanted: readonly Uint8Array[] | undefined, named: boolean): number {
    const buf = this.#buf
    let foundName = 0
    for (;;) {
      this.#skipBlanks()
      let c = this.#peek()
      if (c === CLOSE) {
        this.#at++
        return foundName
      }
      if (c === COMMA) {
        this.#at++
        continue
      }
      let nameStart = this.#at
      let nameEnd: number
      let nameEscaped = false
      if (c === QUOTE) {
        nameStart++
        const closed = this.#skipQuoted()
        if (closed < 0) return -1
        nameEscaped = closed > 0
        nameEnd = this.#at - 1
      } else {
        if (!this.#skipName(1)) return this.#failLabels('a label name that is not legal')
        nameEnd = this.#at
      }
      this.#skipBlanks()
      c = this.#peek()
      if (c !== EQUALS) {
        // A quoted text alone is the metric's own name (Prometheus UTF-8 names).
        if (named || foundName || buf[nameStart - 1] !== QUOTE || nameEnd === nameStart)
          return this.#failLabels('a label without a value')
        foundName = 1
        if (!wanted) this.metric = this.#text(nameStart, nameEnd, nameEscaped)
        continue
      }
      this.#at++
      this.#skipBlanks()
      if (this.#peek() !== QUOTE) return this.#failLabels('a label value that is not quoted')
      const valueStart = this.#at + 1
      const closed = this.#skipQuoted()
      if (closed < 0) return -1
      const valueEnd = this.#at - 1
      if (sameBytes(buf, nameStart, nameEnd, NAME_LABEL)) return this.#failLabels('a label called __name__')
      if (!this.#keep(wanted, nameStart, nameEnd, nameEscaped, valueStart, valueEnd, closed > 0)) return -1
    }
  }

  #keep(
    wanted: readonly Uint8Array[] | undefined,
    nameStart: number,
    nameEnd: number,
    nameEscaped: boolean,
    valueStart: number,
    valueEnd: number,
    escaped: boolean,
  ): boolean {
    if (wanted) {
      for (let i = 0; i < wanted.length; i++) {
        if (!sameBytes(this.#buf, nameStart, nameEnd, wanted[i] as Uint8Array)) continue
        if (valueEnd - valueStart > this.maxLabelBytes) return this.#fail('a label value that is too long')
        if (this.values[i] !== '') return this.#fail('the same label twice')
        this.values[i] = this.#text(valueStart, valueEnd, escaped)
        return true
      }
      return true
    }
    if (valueEnd - valueStart > this.maxLabelBytes) return this.#fail('a label value that is too long')
    const name = this.#text(nameStart, nameEnd, nameEscaped)
    if (this.names.includes(name)) return this.#fail('the same label twice')
    this.names.push(name)
    this.values.push(this.#text(valueStart, valueEnd, escaped))
    return true
  }

  /** At an opening quote: moves past the closing one. Returns 1 when there are escapes inside, 0 if not, -1 if unclosed. */
  #skipQuoted(): number {
    const buf = this.#buf
    const end = this.#end
    let escaped = 0
    for (let i = this.#at + 1; i < end; i++) {
      const c = buf[i]
      if (c === BACKSLASH) {
        escaped = 1
        i++
      } else if (c === QUOTE) {
        this.#at = i + 1
        return escaped
      }
    }
    return this.#failLabels('a quote that is not closed')
  }

  /** Moves past a name whose first byte's class is in `firstClasses`; false when there is none here. */
  #skipName(classes: number): boolean {
    const buf = this.#buf
    const end = this.#end
    let i = this.#at
    if (i >= end || ((NAME_BYTE[buf[i] as number] as number) & classes) === 0) return false
    const rest = classes | 2
    do i++
    while (i < end && ((NAME_BYTE[buf[i] as number] as number) & rest) !== 0)
    this.#at = i
    return true
  }

  #number(): number | undefined {
    const start = this.#at
    const buf = this.#buf
    const end = this.#end
    let i = start
    while (i < end && !isBlank(buf[i] as number)) i++
    this.#at = i
    return i === start ? undefined : readNumber(buf, start, i)
  }

  #text(start: number, end: number, escaped: boolean): string {
    const text = this.strings.get(this.#buf, start, end)
    if (!escaped) return text
    return text.replace(/\\(.)/gs, (pair, c: string) => {
      if (c === 'n') return '\n'
      if (c === '"' || c === '\\') return c
      this.oddEscape = true
      return pair
    })
  }

  #skipBlanks(): void {
    const buf = this.#buf
    const end = this.#end
    let i = this.#at
    while (i < end && isBlank(buf[i] as number)) i++
    this.#at = i
  }

  #peek(): number {
    return this.#at < this.#end ? (this.#buf[this.#at] as number) : -1
  }

  #fail(problem: string): false {
    this.problem = problem
    return false
  }

  #failLabels(problem: string): -1 {
    this.problem = problem
    return -1
  }
}

function isBlank(c: number): boolean {
  return c === SPACE || c === TAB
}

function sameBytes(buf: Buffer, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) if (buf[start + i] !== name[i]) return false
  return true
}
