import { describe, expect, it } from 'vitest'
import { testCluster } from '../../fleet/test-cluster'
import { DEFAULT_ACTION_POLICY, type OwnGuard } from '../action-policy'
import type { ActionRequest } from '../types'
import { evaluateGuards } from './evaluate-guards'
import type { GuardInput } from './guard'

const NOW = Date.parse('2024-12-11T23:20:00Z')
const REASON = 'it floods the API servers'
const REMOVAL: ActionRequest = {
  kind: 'remove-service',
  target: { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry' },
  reason: REASON,
}
const MUTE: ActionRequest = {
  kind: 'mute-caller',
  target: { kind: 'ServiceAccount', namespace: 'observability', name: 'telemetry' },
  minutes: 10,
  reason: REASON,
}

function input(request: ActionRequest, over: Partial<GuardInput> = {}): GuardInput {
  const cluster = { ...testCluster('a'), labels: { owner: 'payments' }, environment: 'prod' }
  return {
    plan: {
      id: 'p',
      request,
      targets: [
        {
          clusterId: 'a',
          clusterName: 'A',
          nodes: 100,
          state: 'LockedOut',
          wave: 'canary',
          verification: { kind: 'dry-run', at: NOW },
          steps: [],
        },
      ],
      leftOut: [],
      blastRadius: { clusters: 1, fleetClusters: 2, nodes: 100, workloads: 1, pods: 90, products: ['chat'] },
      undoStatement: '',
      plannedAt: NOW,
      expiresAt: NOW + 600_000,
    },
    fleet: [{ cluster, nodes: 100, state: 'LockedOut', evidenceAt: NOW }],
    policy: DEFAULT_ACTION_POLICY,
    now: NOW,
    peopleNow: NOW,
    busyClusters: new Map(),
    approvers: ['grace'],
    ...over,
  }
}

function verdictOf(guard: string, given: GuardInput) {
  const found = evaluateGuards(given).find(one => one.guard === guard)
  if (!found) throw new Error(`no guard ${guard}`)
  return found
}

describe('the second person', () => {
  const of = (given: GuardInput) => verdictOf('approval.second-person', given)

  it('is asked for tier 2 only, unless the policy says always or never', () => {
    expect(of(input(REMOVAL))).toMatchObject({ verdict: 'warn', text: expect.stringContaining('grace') })
    expect(of(input(MUTE)).verdict).toBe('pass')
    const always = { ...DEFAULT_ACTION_POLICY, secondPerson: 'always' as const }
    expect(of(input(MUTE, { policy: always })).verdict).toBe('warn')
    const never = { ...DEFAULT_ACTION_POLICY, secondPerson: 'never' as const }
    expect(of(input(REMOVAL, { policy: never })).verdict).toBe('pass')
  })

  it('says so when nobody else can approve', () => {
    expect(of(input(REMOVAL, { approvers: [] }))).toMatchObject({
      verdict: 'warn',
      text: expect.stringContaining('Nobody else can approve'),
    })
  })

  it('knows an approval from an override', () => {
    const asked = { askedBy: 'ada', askedAt: NOW, reason: REASON, overrideAt: NOW + 1 }
    const answer = { by: 'grace', at: NOW, reason: 'seen' }
    const approval = { ...asked, answer: { kind: 'approved' as const, ...answer } }
    expect(of(input(REMOVAL, { approval })).verdict).toBe('pass')
    const self = { ...asked, answer: { kind: 'approved' as const, ...answer, by: 'Ada ' } }
    expect(of(input(REMOVAL, { approval: self })).verdict, 'never by the same').toBe('warn')
    const overridden = { ...asked, answer: { kind: 'overridden' as const, ...answer } }
    expect(of(input(REMOVAL, { approval: overridden }))).toMatchObject({
      verdict: 'warn',
      text: 'grace overrides this guard: seen',
    })
  })
})

describe('a declared incident', () => {
  const of = (given: GuardInput) => verdictOf('incident.declared', given)

  it('warns on a quiet day, blocks where the policy demands one', () => {
    expect(of(input(REMOVAL, { incident: 'Control plane lost' }))).toMatchObject({
      verdict: 'pass',
      text: expect.stringContaining('Control plane lost'),
    })
    expect(of(input(REMOVAL, { incident: null })).verdict).toBe('warn')
    const strict = { ...DEFAULT_ACTION_POLICY, requireIncident: 'block' as const }
    expect(of(input(MUTE, { incident: null, policy: strict }))).toMatchObject({
      verdict: 'block',
      text: expect.stringContaining('policy.requireIncident'),
    })
    expect(of(input(MUTE, { incident: 'x', policy: strict })).verdict).toBe('pass')
  })

  it('claims nothing where nobody watches for incidents', () => {
    expect(of(input(REMOVAL)).verdict).toBe('pass')
  })
})

describe('guards of the operator', () => {
  const own = (when: string, verdict: OwnGuard['verdict'] = 'block'): OwnGuard => ({
    name: 'mine',
    when,
    verdict,
    text: 'Call the owners.',
  })
  const of = (guard: OwnGuard, request: ActionRequest = REMOVAL) =>
    verdictOf('own.mine', input(request, { policy: { ...DEFAULT_ACTION_POLICY, guards: [guard] } }))

  it('speak when their expression is true', () => {
    const owned = 'clusters.exists(c, "owner" in c.labels && c.labels["owner"] == "payments")'
    expect(of(own(owned))).toEqual({ guard: 'own.mine', verdict: 'block', text: 'Call the owners.' })
    expect(of(own('plan.tier == 2', 'warn')).verdict).toBe('warn')
    expect(of(own('plan.tier == 2'), MUTE).verdict).toBe('pass')
    expect(of(own('plan.share > 0.9 && plan.pods == 90')).verdict).toBe('block')
    expect(of(own('now.getHours() == 23')).verdict).toBe('block')
  })

  it('block when they cannot be asked, with the reason', () => {
    expect(of(own('clusters.exists(c, c.labels["team"] == "x")', 'warn'))).toMatchObject({
      verdict: 'block',
      text: expect.stringContaining('team'),
    })
    expect(of(own('plan.nothing', 'warn'))).toMatchObject({
      verdict: 'block',
      text: expect.stringContaining('policy.guards'),
    })
  })
})
