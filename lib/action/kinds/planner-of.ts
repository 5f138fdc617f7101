import type { ActionKind, ActionRequest } from '../types'
import type { KindPlanner } from './kind-planner'
import { muteCaller } from './mute-caller'
import { removeService } from './remove-service'
import { revokeCaller } from './revoke-caller'
import { rollBackWorkload } from './roll-back-workload'
import { scaleWorkload } from './scale-workload'
import { shrinkFootprint } from './shrink-footprint'

const PLANNERS: { [K in ActionKind]: KindPlanner<Extract<ActionRequest, { kind: K }>> } = {
  'remove-service': removeService,
  'mute-caller': muteCaller,
  'revoke-caller': revokeCaller,
  'shrink-footprint': shrinkFootprint,
  'scale-workload': scaleWorkload,
  'roll-back-workload': rollBackWorkload,
}

/** The planner of a kind, to be given requests of that kind. */
export function plannerOf(kind: ActionKind): KindPlanner<ActionRequest> {
  return PLANNERS[kind]
}
