import { describe, expect, it } from 'vitest'
import { findGitOpsOwner } from '../find-gitops-owner'
import { patchGoalReached } from '../patch-goal'
import type { WorkloadSnapshot } from '../ports'
import { savedObject } from '../saved-object'
import { selectorText } from '../workload-paths'
import { removalSteps } from './removal-steps'

function workload(over: Partial<WorkloadSnapshot> = {}): WorkloadSnapshot {
  return {
    kind: 'DaemonSet',
    namespace: 'observability',
    name: 'telemetry',
    uid: 'u1',
    labels: {},
    annotations: {},
    serviceAccount: 'telemetry',
    selector: { matchLabels: { app: 'telemetry' } },
    podLabels: { app: 'telemetry' },
    object: { metadata: { name: 'telemetry', uid: 'u1' } },
    seenAt: 0,
    ...over,
  }
}

const kinds = (input: Parameters<typeof removalSteps>[0]) => removalSteps(input).steps.map(step => step.kind)

describe('removalSteps', () => {
  it('leaves the rights alone when others run as the same ServiceAccount', () => {
    const own = workload()
    const other = workload({ uid: 'u2', name: 'grafana', selector: {}, podLabels: { app: 'grafana' } })
    const { steps, notes } = removalSteps({ workload: own, workloads: [own, other], bindings: [] })
    expect(steps.map(step => step.kind)).toEqual(['delete-workload', 'delete-pods'])
    expect(notes.join(' ')).toContain('Other workloads run as ServiceAccount telemetry')
  })

  it('never takes pods that another workload’s template would also match', () => {
    const own = workload({
      selector: { matchLabels: { team: 'obs' } },
      podLabels: { team: 'obs', app: 'telemetry' },
    })
    const other = workload({
      uid: 'u2',
      name: 'grafana',
      serviceAccount: 'grafana',
      podLabels: { team: 'obs' },
    })
    expect(kinds({ workload: own, workloads: [own, other], bindings: [] })).toEqual(['delete-workload'])
  })

  it('never deletes pods by an empty selector, which would take all of the namespace', () => {
    expect(kinds({ workload: workload({ selector: {} }), workloads: [], bindings: [] })).toEqual([
      'delete-workload',
    ])
  })

  it('gives pods of a StatefulSet their own grace period', () => {
    const { steps } = removalSteps({
      workload: workload({ kind: 'StatefulSet' }),
      workloads: [],
      bindings: [],
    })
    expect(steps[1]?.write.body).not.toHaveProperty('gracePeriodSeconds')
  })

  it('has no undo where the object was never read whole', () => {
    const { steps } = removalSteps({
      workload: workload({ object: undefined }),
      workloads: [],
      bindings: undefined,
    })
    expect(steps[0]).toMatchObject({ kind: 'delete-workload', undo: undefined })
  })
})

describe('selectorText', () => {
  it('spells labels and expressions as a query', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
    ]
    expect(selectorText({ matchLabels: { app: 'x' }, matchExpressions })).toBe('!old,app=x,tier in (a,b)')
  })

  it('does not guess an operator it does not know', () => {
    expect(
      selectorText({ matchLabels: { app: 'x' }, matchExpressions: [{ key: 'a', operator: 'Gt' }] }),
    ).toBeUndefined()
  })
})

describe('findGitOpsOwner', () => {
  it.each([
    [
      {},
      { 'argocd.argoproj.io/tracking-id': 'tele:apps/DaemonSet:obs/telemetry' },
      { tool: 'argocd', name: 'tele' },
    ],
    [{ 'argocd.argoproj.io/instance': 'tele' }, {}, { tool: 'argocd', name: 'tele' }],
    [
      { 'kustomize.toolkit.fluxcd.io/name': 'infra', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      {},
      { tool: 'flux', name: 'flux-system/infra' },
    ],
    [{ 'helm.toolkit.fluxcd.io/name': 'tele' }, {}, { tool: 'flux', name: 'tele' }],
    [
      { 'app.kubernetes.io/managed-by': 'Helm' },
      { 'meta.helm.sh/release-name': 'tele' },
      { tool: 'helm', name: 'tele' },
    ],
    [{ 'app.kubernetes.io/managed-by': 'Helm' }, {}, undefined],
  ])('reads %j %j as %j', (labels, annotations, owner) => {
    const found = findGitOpsOwner(labels as Record<string, string>, annotations as Record<string, string>)
    expect(found && { tool: found.tool, name: found.name }).toEqual(owner)
  })
})

describe('savedObject', () => {
  it('drops what the server sets and owners that may be gone, and keeps the rest', () => {
    const object = {
      metadata: {
        name: 'x',
        uid: 'u',
        resourceVersion: '1',
        managedFields: [],
        creationTimestamp: 't',
        generation: 3,
        ownerReferences: [{}],
        deletionTimestamp: 't',
        labels: { a: 'b' },
        annotations: { c: 'd' },
      },
      spec: { a: 1 },
      status: {},
    }
    expect(savedObject(object, 'apps/v1', 'DaemonSet')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'x', labels: { a: 'b' }, annotations: { c: 'd' } },
      spec: { a: 1 },
    })
    expect(object.metadata.uid).toBe('u')
  })
})

describe('patchGoalReached', () => {
  const patch = [
    { op: 'test', path: '/a', value: 1 },
    { op: 'replace', path: '/subjects', value: [{ name: 'x' }] },
  ]
  it('looks only at what the patch wants', () => {
    expect(patchGoalReached(patch, { a: 2, subjects: [{ name: 'x' }] })).toBe(true)
    expect(patchGoalReached(patch, { a: 1, subjects: [] })).toBe(false)
    expect(patchGoalReached([], {})).toBe(false)
  })
})
