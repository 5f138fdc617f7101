import type { ActionPlan } from '../types'
import { type ActionWorld, ADA, type Process, REASON } from './action-world'

/** A plan of any kind, with the clock stepped until it is there. */
export async function planned(
  world: ActionWorld,
  process: Process,
  request: Record<string, unknown>,
): Promise<ActionPlan> {
  const planning = process.actions.plan({ reason: REASON, ...request }, ADA)
  await world.clock.advance(16_000)
  return planning
}

/** Confirmed by somebody who looked at it just now. */
export async function confirmed(world: ActionWorld, process: Process, plan: ActionPlan): Promise<void> {
  world.watch()
  const { id, digest, request } = plan
  await process.actions.confirm(id, { digest, typedName: request.target.name, reason: REASON }, ADA)
}
