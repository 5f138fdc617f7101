const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const SPECIAL: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '+infinity': Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
}

/**
 * Reads the number that fills `buf[start, end)`, as the exposition format allows it: decimal, exponent, NaN, ±Inf.
 * NaN is a legal value, so "not a number at all" is told by `undefined`.
 */
export function readNumber(buf: Buffer, start: number, end: number): number | undefined {
  let i = start
  let negative = false
  const sign = buf[i]
  if (sign === 0x2d || sign === 0x2b) {
    negative = sign === 0x2d
    i++
  }
  const first = i
  let mantissa = 0
  let fraction = -1
  for (; i < end; i++) {
    const c = buf[i] as number
    if (c >= 0x30 && c <= 0x39) {
      mantissa = mantissa * 10 + (c - 0x30)
      if (fraction >= 0) fraction++
    } else if (c === 0x2e && fraction < 0) fraction = 0
    else break
  }
  const digits = i - first - (fraction >= 0 ? 1 : 0)
  if (i !== end || digits < 1 || digits > 15) return readSlowly(buf, start, end)
  // Both operands are exact doubles here, so one division rounds correctly.
  const value = fraction > 0 ? mantissa / (POWERS[fraction] as number) : mantissa
  return negative ? -value : value
}

function readSlowly(buf: Buffer, start: number, end: number): number | undefined {
  if (end - start > 400) return undefined
  const text = buf.toString('latin1', start, end)
  if (DECIMAL.test(text)) return Number(text)
  return SPECIAL[text.toLowerCase()]
}
