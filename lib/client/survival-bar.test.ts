import { describe, expect, it } from 'vitest'
import { readBarMinutes } from './survival-bar'

describe('the bar in the address', () => {
  it.each([
    ['', 30],
    ['min=5', 5],
    ['min=0.5', 0.5],
    ['min=0', 30],
    ['min=-3', 30],
    ['min=NaN', 30],
    ['min=1e9', 30],
    ['min=<script>', 30],
  ])('%s is %d minutes', (query, minutes) => {
    expect(readBarMinutes(new URLSearchParams(query))).toBe(minutes)
  })
})
