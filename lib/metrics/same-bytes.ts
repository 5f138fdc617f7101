/** Remembers a run of bytes and tells whether they stand elsewhere too, four at a time. */
export class SameBytes {
  /** 0 when nothing is remembered. */
  length = 0
  readonly #bytes: Buffer
  readonly #words: DataView
  #buf: Buffer
  #view: DataView

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity)
    this.#words = viewOf(this.#bytes)
    this.#buf = this.#bytes
    this.#view = this.#words
  }

  /** A run longer than the capacity is not remembered. */
  set(buf: Buffer, start: number, end: number): void {
    this.length = end - start <= this.#bytes.length ? end - start : 0
    if (this.length > 0) buf.copy(this.#bytes, 0, start, end)
  }

  /** `buf` must hold `length` bytes from `pos` on. */
  matches(buf: Buffer, pos: number): boolean {
    if (buf !== this.#buf) {
      this.#buf = buf
      this.#view = viewOf(buf)
    }
    const view = this.#view
    const words = this.#words
    const { length } = this
    let i = 0
    for (; i + 4 <= length; i += 4)
      if (view.getUint32(pos + i, true) !== words.getUint32(i, true)) return false
    for (; i < length; i++) if (view.getUint8(pos + i) !== words.getUint8(i)) return false
    return true
  }
}

function viewOf(buf: Buffer): DataView {
  return new DataView(buf.buffer, buf.byteOffset, buf.length)
}
