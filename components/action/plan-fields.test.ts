import { describe, expect, it } from 'vitest'
import { actionPost } from '@/lib/wire/action-request'
import { PLAN_FIELDS, type PlannableKind, planProblem, planRequest } from './plan-fields'

const typed = {
  resource: 'rollouts.v1alpha1.argoproj.io',
  kind: 'MachinePool',
  namespace: 'shop',
  name: 'pool',
  nodes: '4',
  percent: '20',
  replicas: '3',
  to: 'green',
  input: 'state=closed, percent=10,force=true',
  clusters: 'Frankfurt 1, b,',
}
const idOf = (name: string) => (name === 'Frankfurt 1' ? 'fra-1' : name)
const kinds = Object.keys(PLAN_FIELDS) as PlannableKind[]

describe('the fields of a plan', () => {
  it.each(kinds)('of %s come to a request that the server can read', kind => {
    expect(planProblem(kind, typed)).toBeUndefined()
    expect(actionPost.parse(planRequest(kind, typed, idOf))).toMatchObject({ kind })
  })

  it('name clusters as people do, or by id', () => {
    expect(planRequest('cordon-nodes', typed, idOf).clusterIds).toEqual(['fra-1', 'b'])
    expect(planRequest('freeze-roll-outs', { ...typed, clusters: ' ' }, idOf).clusterIds).toBeUndefined()
  })

  it('take an actuator’s input by its type', () => {
    expect(planRequest('run-actuator', typed, idOf)).toMatchObject({
      input: { state: 'closed', percent: 10, force: true },
    })
  })

  it('say what is missing, or no number', () => {
    expect(planProblem('cordon-nodes', {})).toBe('Labels is missing')
    expect(planProblem('cordon-nodes', { ...typed, nodes: 'all' })).toBe('Nodes of each must be a number')
    expect(planProblem('run-actuator', { name: 'wall' })).toBeUndefined()
  })
})
