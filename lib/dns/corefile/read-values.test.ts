import { describe, expect, it } from 'vitest'
import { isHostPort, parseDuration, parseInteger } from './read-values'

describe('values as Go reads them', () => {
  it.each([
    ['1h20m', 4800],
    ['.5s', 0.5],
    ['1.5h', 5400],
    ['250ms', 0.25],
    ['3µs', 3e-6],
    ['-3m', -180],
    ['+2s', 2],
    ['0', 0],
    ['-0', 0],
    ['30', undefined],
    ['', undefined],
    ['s', undefined],
    ['1 s', undefined],
    ['1d', undefined],
    ['1h-2m', undefined],
    ['9999999999h', undefined],
  ])('duration %j', (text, seconds) => {
    expect(parseDuration(text)).toEqual(seconds)
  })

  it.each([
    ['30', 30],
    ['+30', 30],
    ['-1', -1],
    ['007', 7],
    ['1e3', undefined],
    ['0x10', undefined],
    [' 1', undefined],
    ['', undefined],
    ['9223372036854775808', undefined],
  ])('integer %j', (text, n) => {
    expect(parseInteger(text)).toEqual(n)
  })

  it.each([
    [':8080', true],
    ['localhost:9153', true],
    ['[::1]:53', true],
    ['8080', false],
    ['::1:53', false],
  ])('address %j', (text, is) => {
    expect(isHostPort(text)).toBe(is)
  })
})
