import type { ActionPostInput } from '@/lib/wire/action-request'

export interface PlanField {
  key: string
  word: string
  /** Of these, or free. */
  options?: readonly string[]
  numeric?: boolean
  optional?: boolean
  /** What is written where nothing is typed. */
  example?: string
}

const namespaced: PlanField[] = [
  { key: 'namespace', word: 'Namespace' },
  { key: 'name', word: 'Name' },
]
const labels: PlanField = { key: 'name', word: 'Labels', example: 'pool=blue' }
const named: PlanField = { key: 'clusters', word: 'Clusters', example: 'names or ids, by commas' }
const anywhere: PlanField = { ...named, word: 'Clusters', optional: true, example: 'wherever it is' }
const number = (key: string, word: string): PlanField => ({ key, word, numeric: true })

/** What is asked for each action that starts at no workload and no caller, in the order of the catalogue. */
export const PLAN_FIELDS = {
  'freeze-roll-outs': [
    { key: 'kind', word: 'Kind', options: ['Application', 'Kustomization', 'HelmRelease', 'Rollout'] },
    ...namespaced,
    anywhere,
  ],
  'cordon-nodes': [labels, number('nodes', 'Nodes of each'), named],
  'drain-nodes': [labels, number('nodes', 'Nodes of each, 10 at most'), named],
  're-admit-nodes': [labels, number('nodes', 'Nodes of each'), named],
  'scale-resource': [
    { key: 'resource', word: 'Resource', example: 'rollouts.v1alpha1.argoproj.io' },
    ...namespaced,
    number('replicas', 'Replicas'),
    named,
  ],
  'shift-traffic': [...namespaced, { key: 'to', word: 'To backend' }, number('percent', 'Per cent'), named],
  'scale-cluster': [
    { key: 'kind', word: 'Kind', options: ['MachineDeployment', 'MachinePool'] },
    ...namespaced,
    number('replicas', 'Machines'),
  ],
  'scale-api-servers': [...namespaced, number('replicas', 'API servers')],
  'run-actuator': [
    { key: 'name', word: 'Actuator' },
    { key: 'input', word: 'Input', optional: true, example: 'state=closed, percent=10' },
    anywhere,
  ],
} satisfies Record<string, PlanField[]>

export type PlannableKind = keyof typeof PLAN_FIELDS
export type Typed = Readonly<Record<string, string>>

/** What of it is missing or no number; undefined when a plan can be asked for. The server judges the rest. */
export function planProblem(kind: PlannableKind, typed: Typed): string | undefined {
  const fields: readonly PlanField[] = PLAN_FIELDS[kind]
  const missing = fields.find(({ key, optional }) => !optional && !typed[key]?.trim())
  if (missing) return `${missing.word} is missing`
  const wrong = fields.find(({ key, numeric }) => numeric && !/^\d{1,5}$/.test(typed[key]?.trim() ?? ''))
  return wrong && `${wrong.word} must be a number`
}

/**
 * The request that the fields come to.
 * @param idOf the id of a cluster by what people call it
 */
export function planRequest(
  kind: PlannableKind,
  typed: Typed,
  idOf: (name: string) => string,
): ActionPostInput {
  const text = (key: string) => typed[key]?.trim() ?? ''
  const amount = (key: string) => Number(text(key))
  const names = text('clusters')
    .split(',')
    .flatMap(one => one.trim() || [])
  const clusterIds = names.length > 0 ? names.map(idOf) : undefined
  const object = { namespace: text('namespace'), name: text('name') }
  const oneOf = <K extends string>(...kinds: [K, ...K[]]) =>
    kinds.find(one => one === text('kind')) ?? kinds[0]
  switch (kind) {
    case 'cordon-nodes':
    case 'drain-nodes':
    case 're-admit-nodes':
      return { kind, target: { kind: 'Nodes', name: object.name }, nodes: amount('nodes'), clusterIds }
    case 'freeze-roll-outs': {
      const owner = oneOf('Application', 'Kustomization', 'HelmRelease', 'Rollout')
      return { kind, target: { kind: owner, ...object }, clusterIds }
    }
    case 'scale-resource':
      return {
        kind,
        target: { kind: 'Scalable', resource: text('resource'), ...object },
        replicas: amount('replicas'),
        clusterIds,
      }
    case 'shift-traffic':
      return {
        kind,
        target: { kind: 'HTTPRoute', ...object },
        to: text('to'),
        percent: amount('percent'),
        clusterIds,
      }
    case 'scale-cluster': {
      const machines = oneOf('MachineDeployment', 'MachinePool')
      return { kind, target: { kind: machines, ...object }, replicas: amount('replicas') }
    }
    case 'scale-api-servers':
      return { kind, target: { kind: 'KubeadmControlPlane', ...object }, replicas: amount('replicas') }
    case 'run-actuator':
      return {
        kind,
        target: { kind: 'Actuator', name: object.name },
        input: inputOf(text('input')),
        clusterIds,
      }
  }
}

/** `state=closed, percent=10, force=true`; what looks like a number or a truth value is one. */
function inputOf(text: string): Record<string, string | number | boolean> {
  const pairs = text.split(',').flatMap(pair => {
    const [key = '', ...rest] = pair.split('=')
    return key.trim() ? [[key.trim(), typedValue(rest.join('=').trim())] as const] : []
  })
  return Object.fromEntries(pairs)
}

function typedValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text
}
