import { HoldfastError } from '../errors'

const UNIT_MS = { h: 3_600_000, d: 86_400_000 } as const
const LONGEST_DAYS = 3_660

/** Reads a life such as `30d` or `12h` into ms. @throws HoldfastError `invalid-input` */
export function parseLife(text: string, where: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,5})([hd])$/.exec(text.trim()) ?? []
  const ms = Number(amount) * (unit === 'h' ? UNIT_MS.h : UNIT_MS.d)
  if (amount === '' || ms <= 0 || ms > LONGEST_DAYS * UNIT_MS.d)
    throw new HoldfastError(
      'invalid-input',
      `${where} is "${text.slice(0, 40)}"; it must be such as 30d or 12h, above 0 and at most ten years.`,
      { where },
    )
  return ms
}
