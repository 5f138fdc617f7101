import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { SCENARIO_NAMES } from './fleet/fleet'
import { isScenario, type SimulatorOptions } from './net/simulator'
import { MAX_SPEED, MIN_SPEED } from './time/simulated-time'

export const USAGE = `node --import tsx lib/simulator/main.ts --data DIR [--scenario NAME] [--speed N] [--seed N] [--hands historical|none] [--full-metrics]
scenarios: ${SCENARIO_NAMES.join(', ')}`

/** Reads the command line. @throws {Error} with a message for people */
export function readOptions(args: string[]): SimulatorOptions {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      scenario: { type: 'string', default: 'dec-11' },
      speed: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      hands: { type: 'string', default: 'historical' },
      'full-metrics': { type: 'boolean', default: false },
    },
  })
  const { data, scenario, hands } = values
  const speed = Number(values.speed)
  const seed = Number(values.seed)
  if (!data) throw new Error('--data: the folder for certificates, addresses and configuration is needed')
  if (!isScenario(scenario)) throw new Error(`--scenario: there is no scenario ${scenario}`)
  if (!(speed >= MIN_SPEED && speed <= MAX_SPEED))
    throw new Error(`--speed: a number from ${MIN_SPEED} to ${MAX_SPEED} is needed`)
  if (!Number.isInteger(seed)) throw new Error('--seed: a whole number is needed')
  if (hands !== 'historical' && hands !== 'none') throw new Error('--hands: historical or none')
  return { dataDir: resolve(data), scenario, speed, seed, hands, fullMetrics: values['full-metrics'] }
}
