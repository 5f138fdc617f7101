import { describe, expect, it } from 'vitest'
import { readOptions } from './read-options'

describe('the command line', () => {
  it('needs a folder and has defaults for the rest', () => {
    expect(readOptions(['--data', '/tmp/x'])).toEqual({
      dataDir: '/tmp/x',
      scenario: 'dec-11',
      speed: 20,
      seed: 1,
      hands: 'historical',
      fullMetrics: false,
    })
    expect(() => readOptions([])).toThrow('--data')
  })

  it.each([
    [['--scenario', 'dec-12'], '--scenario'],
    [['--speed', 'fast'], '--speed'],
    [['--speed', '121'], '--speed'],
    [['--seed', '1.5'], '--seed'],
    [['--hands', 'many'], '--hands'],
    [['--what'], "Unknown option '--what'"],
  ])('refuses %j by name', (args, message) => {
    expect(() => readOptions(['--data', '/tmp/x', ...args])).toThrow(message)
  })
})
