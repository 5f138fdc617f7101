import { digestOf } from '../../audit/canonical-json'
import type { Clock } from '../../clock/clock'
import type { Lane } from '../../fleet/types'
import type { ClusterClient, KubeResult } from '../../kube/types'
import type { ClusterFacts, TargetSource } from '../ports'
import { asRecord } from '../saved-object'
import type { PlannedWrite } from '../types'
import type { ActuatorAnswer, ActuatorCall, ActuatorInput, Actuators, DeclaredActuator } from './actuator'

/** The one way to an actuator, as the landing policy knows ways. */
export const ACTUATOR_LANE: Lane = {
  id: 'actuator',
  kind: 'direct',
  title: 'an actuator of holdfast.yaml',
  endpoint: { server: 'https://actuator.invalid', insecureSkipTlsVerify: false },
  user: {},
  source: { file: 'holdfast.yaml', context: 'actuators' },
}

const STATUS: Record<ActuatorAnswer['outcome'], number> = {
  done: 200,
  'not-in-effect': 200,
  'not-now': 503,
  refused: 422,
  lost: 0,
}

/** For one shot. What is declared otherwise than it was when people looked at the plan is not run. */
export function clientOf(
  { actuators, source, clock }: { actuators?: Actuators; source: TargetSource; clock: Clock },
  shot: { id: string; write: PlannedWrite },
  facts: ClusterFacts,
): ClusterClient {
  const { actuator, declaration } = asRecord(shot.write.body)
  const declared = source.actuators?.().find(one => one.name === actuator && digestOf(one) === declaration)
  return actuatorClient(actuators, declared, clock, shot.write, facts, shot.id)
}

/** A write of an actuator's plan: mode, input and the digest of the declaration are in it, as they were confirmed. */
export function actuatorWrite(
  declared: DeclaredActuator,
  mode: 'apply' | 'undo',
  input: ActuatorInput,
): PlannedWrite {
  const { name } = declared
  return {
    method: 'POST',
    path: `/actuators/${name}/${mode}`,
    body: { actuator: name, mode, input, declaration: digestOf(declared) },
    guard: 'actuator',
  }
}

export function actuatorCall(
  write: PlannedWrite,
  { cluster }: ClusterFacts,
  mode: ActuatorCall['mode'],
  idempotencyKey: string,
): ActuatorCall {
  const { actuator, input } = asRecord(write.body)
  return {
    actuator: String(actuator),
    mode,
    cluster: { id: cluster.id, name: cluster.name },
    input: asRecord(input) as ActuatorInput,
    idempotencyKey,
  }
}

/**
 * Lets a shot at an actuator be landed like any other: a POST is the call that was planned, a GET asks whether it is in
 * effect, and says `null` where the actuator cannot tell. How long a call may take is the actuator's own declaration.
 */
function actuatorClient(
  actuators: Actuators | undefined,
  declared: DeclaredActuator | undefined,
  clock: Clock,
  write: PlannedWrite,
  facts: ClusterFacts,
  key: string,
): ClusterClient {
  const never = new AbortController()
  return {
    async request(lane, { method, signal = never.signal }): Promise<KubeResult> {
      const startedAt = clock.now()
      const isUndo = asRecord(write.body).mode === 'undo'
      const mode = method === 'GET' ? 'check' : isUndo ? 'undo' : 'apply'
      const answer = await ask(mode, signal)
      const { outcome, text } = answer
      const isIn = outcome === 'done' || outcome === 'not-in-effect' ? (outcome === 'done') !== isUndo : null
      const body = method === 'GET' ? JSON.stringify({ inEffect: isIn }) : text
      return {
        outcome: outcome === 'lost' ? 'timeout' : 'answer',
        laneId: lane.id,
        startedAt,
        durationMs: clock.now() - startedAt,
        status: method === 'GET' && outcome === 'refused' ? 200 : STATUS[outcome],
        headers: {},
        body,
        truncated: false,
        bytes: body.length,
        detail: text,
      }
    },
    knock: async () => true,
    close: async () => {},
  }

  async function ask(mode: ActuatorCall['mode'], signal: AbortSignal): Promise<ActuatorAnswer> {
    if (!declared || !actuators)
      return {
        outcome: 'refused',
        text: 'holdfast.yaml does not declare it any more as it did when this was planned',
      }
    if (mode === 'check' && !declared.canCheck) return { outcome: 'refused', text: 'it cannot tell' }
    return actuators.call(declared, actuatorCall(write, facts, mode, key), signal)
  }
}
