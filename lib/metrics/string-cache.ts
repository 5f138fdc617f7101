const SLOTS = 1024
const MAX_CACHED = 64

/**
 * Turns bytes into strings, without making the same short string twice in a row of similar lines: label values
 * repeat thousands of times in one text. A direct-mapped table: a collision only costs a new string.
 */
export class StringCache {
  readonly #slots: string[] = new Array<string>(SLOTS).fill('')

  get(buf: Buffer, start: number, end: number): string {
    const length = end - start
    if (length === 0) return ''
    if (length > MAX_CACHED) return buf.toString('utf8', start, end)
    let hash = length
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (buf[i] as number)) | 0
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    const known = this.#slots[slot] as string
    if (known.length === length && sameBytes(known, buf, start)) return known
    const fresh = buf.toString('utf8', start, end)
    this.#slots[slot] = fresh
    return fresh
  }
}

/** True only for ASCII strings: a byte above 127 never stands for the same code point in UTF-8. */
function sameBytes(text: string, buf: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code !== buf[start + i] || code > 127) return false
  }
  return true
}
