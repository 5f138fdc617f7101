import type { DeclaredActuator } from '../action/actuators/actuator'
import type { ActuatorConfig } from '../fleet/actuator-schema'

/** What holdfast.yaml declares under `actuators`. */
export function declaredActuators(declared: readonly ActuatorConfig[]): DeclaredActuator[] {
  return declared.flatMap(({ timeoutSeconds, undo, check, command, webhook, environment, ...rest }) => {
    const run = webhook ?? (command && { command, environment })
    return run ? [{ ...rest, run, timeoutMs: timeoutSeconds * 1_000, canUndo: undo, canCheck: check }] : []
  })
}
