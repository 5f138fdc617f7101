import { expect, it } from 'vitest'
import { brokenLaws } from './testing/chaos-laws'
import { chaosRun } from './testing/chaos-run'
import { StoreFault } from './testing/faulty-store'

const RUNS = 200

const seen = { deaths: 0, faults: 0, recreated: 0, ends: new Map<string, number>() }

it.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
  'chaos, seed %i: nothing lost, nothing twice, nothing untrue, nothing beyond the plan',
  async seed => {
    const run = await chaosRun(seed)
    expect((await brokenLaws(run)).join('\n')).toBe('')
    // The last two are killed when all is over.
    seen.deaths += run.processes.length - 2
    seen.faults += run.processes.flatMap(one => one.errors.filter(e => e instanceof StoreFault)).length
    seen.recreated += run.recreated.size
    const { entries } = run.world.store.audit
    for (const { verb } of entries) seen.ends.set(verb, (seen.ends.get(verb) ?? 0) + 1)
  },
)

it('chaos was chaos: processes died, storage failed, and every ending came about', () => {
  expect(seen.deaths).toBeGreaterThan(2 * RUNS)
  expect(seen.faults).toBeGreaterThan(RUNS)
  expect(seen.recreated).toBeGreaterThan(RUNS / 10)
  for (const verb of ['paused', 'resumed', 'widened', 'aborted', 'finished'])
    expect(seen.ends.get(`action.${verb}`), verb).toBeGreaterThan(RUNS / 20)
  for (const verb of ['landed', 'verified', 'superseded', 'draining', 'aborted'])
    expect(seen.ends.get(`shot.${verb}`), verb).toBeGreaterThan(RUNS / 20)
})
