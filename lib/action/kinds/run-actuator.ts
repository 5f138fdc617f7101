import { matchGlob } from '../../fleet/match-glob'
import { type DeclaredActuator, inputProblem } from '../actuators/actuator'
import { actuatorWrite } from '../actuators/actuator-client'
import type { ClusterFacts, TargetSource } from '../ports'
import type { RunActuator } from '../types'
import type { KindPlanner } from './kind-planner'

/** What an operator's own command or webhook does, within what holdfast.yaml declares of it. */
export const runActuator: KindPlanner<RunActuator> = {
  tier: 2,
  title: ({ target }) => `Run actuator ${target.name}`,
  carriers: (source, { target }) => {
    const declared = actuatorOf(source, target.name)
    return declared ? source.clusters().filter(facts => isAllowed(declared, facts)) : []
  },
  async resolve(look, { target, input }) {
    const declared = actuatorOf(look.source, target.name)
    if (!declared) return { leftOut: 'no such actuator is declared in holdfast.yaml' }
    if (!isAllowed(declared, look.facts))
      return { leftOut: 'its `clusters` in holdfast.yaml do not name this one' }
    const problem = inputProblem(declared.input, input)
    if (problem) return { leftOut: problem }
    const { name, purpose, canUndo } = declared
    const given = Object.entries(input).map(([field, value]) => `${field} ${value}`)
    return {
      steps: [
        {
          kind: 'run-actuator',
          text: [`Run actuator ${name} (${purpose})`, given.join(', ')].filter(Boolean).join(': '),
          object: { kind: 'Actuator', name },
          write: actuatorWrite(declared, 'apply', input),
          undo: canUndo ? actuatorWrite(declared, 'undo', input) : undefined,
          undoText: canUndo ? `Let actuator ${name} take it back` : undefined,
        },
      ],
      notes: ['What it changes is outside Kubernetes: done means that the actuator reported success.'],
      seenAt: look.now(),
    }
  },
  undoStatement: targets =>
    targets.every(({ steps }) => steps.every(({ undo }) => undo))
      ? 'Undo runs the same actuator again, told to take back what it did with the same input.'
      : 'It cannot be undone from here: the actuator declares no undo.',
}

function actuatorOf(source: TargetSource, name: string): DeclaredActuator | undefined {
  return source.actuators?.().find(one => one.name === name)
}

function isAllowed(actuator: DeclaredActuator, { cluster }: ClusterFacts): boolean {
  return mayActOn(actuator, [cluster.name, ...cluster.lanes.map(({ source }) => source.context)])
}

/** Whether a cluster with these names, its own and those of its contexts, is among those that it is declared for. */
export function mayActOn({ clusters }: DeclaredActuator, names: readonly string[]): boolean {
  return clusters.some(pattern => names.some(name => matchGlob(pattern, name)))
}
