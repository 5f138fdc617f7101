import { expect, it } from 'vitest'
import { brokenLaws } from './testing/chaos-laws'
import { chaosRun } from './testing/chaos-run'

const RUNS = 200

it.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
  'chaos, seed %i: nothing lost, nothing twice, nothing untrue, nothing beyond the plan',
  async seed => {
    expect((await brokenLaws(await chaosRun(seed))).join('\n')).toBe('')
  },
)
