import { describe, expect, it } from 'vitest'
import { readTimelineState, writeTimelineState } from './timeline-state'

const read = (query: string) => readTimelineState(new URLSearchParams(query))

describe('the address of the DNS timeline', () => {
  it.each(['', '?product=chat', '?region=eu+west&window=-600%2C300', '?cluster=a%26b&as=table'])(
    'comes back as it went: %s',
    query => {
      expect(writeTimelineState(read(query))).toBe(query)
    },
  )

  it('takes nonsense for the default', () => {
    expect(read(`?product=${'x'.repeat(999)}&as=poem`)).toEqual({ scope: null, window: null, as: 'chart' })
  })
})
