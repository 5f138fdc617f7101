import { describe, expect, it } from 'vitest'
import { createServer } from './create-server'
import { noteRejections } from './retry-after'
import type { ModelServer } from './types'

function told(seconds: number, rejectedPerSecond: number, server: ModelServer, from = 0): number {
  for (let second = from; second < from + seconds; second++) noteRejections(server, second, rejectedPerSecond)
  return server.retryAfterSeconds
}
const fresh = () => createServer(1, 0)

describe('Retry-After of a level that rejects', () => {
  it('doubles from one second to half a minute in half a minute, and no further', () => {
    const server = fresh()
    expect(told(1, 50, server)).toBe(2)
    expect(told(4, 50, server, 1)).toBe(4)
    expect(told(40, 50, server, 5)).toBe(32)
    expect(told(200, 50, server, 45)).toBe(32)
  })

  it('stays at one second while fewer than three a second are rejected', () => {
    expect(told(300, 2, fresh())).toBe(1)
  })

  it('shrinks a second at a time once hardly anybody is rejected, and stands still when nobody is', () => {
    const server = fresh()
    told(60, 50, server)
    expect(told(300, 0, server, 60)).toBe(32)
    expect(told(10, 0.5, server, 360)).toBe(22)
    expect(told(100, 0.5, server, 370)).toBe(1)
  })
})
