import { describe, expect, it } from 'vitest'
import { bytes, count, initials, millis, percent, significant } from './format-number'
import { clockTime, countdown, countdownWords, dateTime, longDate, span } from './format-time'
import { fuseMarkPassed } from './fuse-marks'
import { safeNext } from './safe-next'

describe('times', () => {
  it('counts down in mm:ss, from an hour on h:mm:ss, never below zero', () => {
    expect(countdown(222_900)).toBe('03:42')
    expect(countdown(3_600_000)).toBe('1:00:00')
    expect(countdown(-5)).toBe('00:00')
    expect(countdownWords(222_000)).toBe('3 minutes 42 seconds')
    expect(countdownWords(3_601_000)).toBe('1 hour 1 second')
    expect(countdownWords(0)).toBe('0 seconds')
  })

  it('says spans in prose', () => {
    expect(span(41_000)).toBe('41\u00a0s')
    expect(span(11 * 60_000)).toBe('11\u00a0min')
    expect(span(4 * 3_600_000 + 22 * 60_000)).toBe('4\u00a0h 22\u00a0min')
    expect(span(72 * 3_600_000)).toBe('3\u00a0days')
  })

  it('shows UTC as UTC', () => {
    const at = Date.parse('2024-12-11T23:18:40Z')
    expect(clockTime(at, 'utc')).toBe('23:18:40')
    expect(clockTime(Date.parse('2024-12-11T00:05:00Z'), 'utc', false)).toBe('00:05')
    expect(longDate(at, 'utc')).toBe('11 December 2024')
    expect(dateTime(at, 'utc')).toBe('2024-12-11 23:18:40')
  })
})

describe('numbers', () => {
  it('groups thousands and never rounds a share to nothing or to all', () => {
    expect(count(257_684)).toBe('257,684')
    expect(percent(0.932)).toBe('93\u00a0%')
    expect(percent(0.001)).toBe('<\u200a1\u00a0%')
    expect(percent(0.999)).toBe('>\u200a99\u00a0%')
    expect(percent(0)).toBe('0\u00a0%')
    expect(percent(1)).toBe('100\u00a0%')
  })

  it('keeps two figures of small values', () => {
    expect(significant(0.624)).toBe('0.62')
    expect(significant(4.04)).toBe('4')
    expect(significant(4_180.4)).toBe('4,180')
    expect(bytes(210_000)).toBe('210\u00a0KB')
    expect(bytes(999_900)).toBe('1\u00a0MB')
    expect(millis(840)).toBe('840\u00a0ms')
    expect(millis(2_100)).toBe('2.1\u00a0s')
  })

  it('makes initials of any name', () => {
    expect(initials('Anna Meyer')).toBe('AM')
    expect(initials('admin')).toBe('AD')
    expect(initials('')).toBe('?')
  })
})

describe('fuseMarkPassed', () => {
  it('tells each mark once, in the moment it is passed', () => {
    expect(fuseMarkPassed(601_000, 599_000)).toBe('10 minutes')
    expect(fuseMarkPassed(599_000, 598_000)).toBeNull()
    expect(fuseMarkPassed(700_000, 30_000)).toBe('1 minute')
    expect(fuseMarkPassed(null, 30_000)).toBeNull()
  })
})

describe('safeNext', () => {
  it('leads only to pages of this site', () => {
    expect(safeNext('/clusters/a?view=table')).toBe('/clusters/a?view=table')
    for (const bad of [
      null,
      '',
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/api/stream',
      '/sign-in?x',
    ]) {
      expect(safeNext(bad)).toBe('/')
    }
  })
})
