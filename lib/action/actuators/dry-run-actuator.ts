import type { DryRun } from '../kinds/look'
import type { ClusterFacts, TargetSource } from '../ports'
import type { PlannedWrite } from '../types'
import type { Actuators } from './actuator'
import { actuatorCall } from './actuator-client'

/** Every actuator can be asked what it would do; one that does not answer is not planned with. */
export async function dryRunActuator(
  { actuators, source }: { actuators: Actuators | undefined; source: TargetSource },
  write: PlannedWrite,
  facts: ClusterFacts,
  planId: string,
): Promise<DryRun> {
  const call = actuatorCall(write, facts, 'dry-run', planId)
  const declared = source.actuators?.().find(({ name }) => name === call.actuator)
  if (!actuators || !declared) return { refused: 'actuators cannot be run here' }
  const { outcome, text } = await actuators.call(declared, call, new AbortController().signal)
  if (outcome === 'done') return 'passed'
  return { refused: `the dry run of its actuator: ${outcome}${text ? `, ${text.slice(0, 300)}` : ''}` }
}
