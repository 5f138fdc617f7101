import { FakeClock } from '../../clock/fake-clock'
import { DEFAULT_ACTION_POLICY } from '../action-policy'
import { parseActionRequest } from '../parse-request'
import { sameTime } from '../people-time'
import { planAction } from '../plan-action'
import type { ActionPlan } from '../types'
import { REASON } from './action-world'
import { FakeFleet } from './fake-fleet'

/** A fleet of which plans are made, without anything that carries them out. */
export function planningWorld() {
  const clock = new FakeClock()
  const fleet = new FakeFleet(clock)
  const plan = async (request: Record<string, unknown>): Promise<ActionPlan> => {
    const deps = {
      clock,
      people: sameTime(clock),
      client: fleet,
      source: fleet,
      policy: DEFAULT_ACTION_POLICY,
    }
    const making = planAction(deps, parseActionRequest({ reason: REASON, ...request }), new Map())
    await clock.advance(20_000)
    return making
  }
  return { clock, fleet, plan }
}

/** The guards that refuse it. */
export const blocks = (plan: ActionPlan) =>
  plan.guards.filter(({ verdict }) => verdict === 'block').map(({ guard }) => guard)
