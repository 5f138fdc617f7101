/** What an operator declared in holdfast.yaml: one way to change something that no API server can. */
export interface DeclaredActuator {
  name: string
  purpose: 'restrict-api-access' | 'shift-traffic' | 'scale-cluster' | 'scale-api-servers'
  /** Patterns of names or contexts; nowhere else does it act. */
  clusters: readonly string[]
  /** No text of anybody's is ever among them. */
  input: Readonly<Record<string, InputField>>
  timeoutMs: number
  /** Whether it knows how to take back what it did, and to tell whether it is in effect. */
  canUndo: boolean
  canCheck: boolean
  run: { command: readonly string[]; environment: readonly string[] } | { url: string; tokenFile?: string }
}

export type InputField =
  | { type: 'integer'; least: number; most: number }
  | { type: 'choice'; values: readonly string[] }
  | { type: 'boolean' }

export type ActuatorInput = Readonly<Record<string, string | number | boolean>>

/** One call, as the actuator is told it: a JSON document on its standard input, or as the body of the request. */
export interface ActuatorCall {
  actuator: string
  mode: 'dry-run' | 'apply' | 'undo' | 'check'
  cluster: { id: string; name: string }
  input: ActuatorInput
  /** The same for every repeat of one shot: an actuator that keeps it does nothing twice. */
  idempotencyKey: string
}

/**
 * What came of a call. Exit code or status: 0 or 2xx is `done`; 75 (EX_TEMPFAIL), 429 or 5xx is `not-now`; of a check, 1
 * or 404 is `not-in-effect`; anything else is `refused`. `lost`: it was stopped by its time, or never answered.
 */
export interface ActuatorAnswer {
  outcome: 'done' | 'not-in-effect' | 'not-now' | 'refused' | 'lost'
  /** What it said, bounded, without control characters. */
  text: string
}

/** Runs declared actuators. Never throws: failure is data. */
export interface Actuators {
  call(actuator: DeclaredActuator, call: ActuatorCall, signal: AbortSignal): Promise<ActuatorAnswer>
}

/** Why this input is not what the actuator takes; undefined when it is. */
export function inputProblem(fields: DeclaredActuator['input'], input: ActuatorInput): string | undefined {
  const unknown = Object.keys(input).find(name => !Object.hasOwn(fields, name))
  if (unknown !== undefined) return `it takes no ${unknown.slice(0, 64)}`
  for (const [name, field] of Object.entries(fields)) {
    const value = input[name]
    if (field.type === 'boolean') {
      if (typeof value !== 'boolean') return `${name} must be true or false`
    } else if (field.type === 'choice') {
      if (typeof value !== 'string' || !field.values.includes(value))
        return `${name} must be one of ${field.values.join(', ')}`
    } else if (!Number.isInteger(value) || Number(value) < field.least || Number(value) > field.most) {
      return `${name} must be a whole number from ${field.least} to ${field.most}`
    }
  }
  return undefined
}
