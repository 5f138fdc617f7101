import type { ActionKind, ActionRequest } from '../types'
import { admitNodes, cordonNodes } from './cordon-nodes'
import { drainNodes } from './drain-nodes'
import { freezeRollOuts } from './freeze-roll-outs'
import type { KindPlanner } from './kind-planner'
import { muteCaller } from './mute-caller'
import { removeService } from './remove-service'
import { revokeCaller } from './revoke-caller'
import { rollBackWorkload } from './roll-back-workload'
import { runActuator } from './run-actuator'
import { scaleApiServers, scaleCluster } from './scale-machines'
import { scaleResource } from './scale-resource'
import { scaleWorkload } from './scale-workload'
import { shiftTraffic } from './shift-traffic'
import { shrinkFootprint } from './shrink-footprint'

const PLANNERS: { [K in ActionKind]: KindPlanner<Extract<ActionRequest, { kind: K }>> } = {
  'remove-service': removeService,
  'mute-caller': muteCaller,
  'revoke-caller': revokeCaller,
  'shrink-footprint': shrinkFootprint,
  'scale-workload': scaleWorkload,
  'scale-resource': scaleResource,
  'roll-back-workload': rollBackWorkload,
  'cordon-nodes': cordonNodes,
  'drain-nodes': drainNodes,
  're-admit-nodes': admitNodes,
  'freeze-roll-outs': freezeRollOuts,
  'scale-cluster': scaleCluster,
  'scale-api-servers': scaleApiServers,
  'shift-traffic': shiftTraffic,
  'run-actuator': runActuator,
}

/** The planner of a kind, to be given requests of that kind. */
export function plannerOf(kind: ActionKind): KindPlanner<ActionRequest> {
  return PLANNERS[kind]
}
