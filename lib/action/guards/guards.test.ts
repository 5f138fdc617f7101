import { describe, expect, it } from 'vitest'
import { testCluster } from '../../fleet/test-cluster'
import { DEFAULT_ACTION_POLICY } from '../action-policy'
import type { ClusterFacts } from '../ports'
import type { TargetPlan } from '../types'
import { evaluateGuards } from './evaluate-guards'
import type { GuardInput } from './guard'

const NOW = Date.parse('2024-12-11T23:20:00Z')
const ALONE = { ...DEFAULT_ACTION_POLICY, secondPerson: 'never' as const }

function target(id: string, over: Partial<TargetPlan> = {}): TargetPlan {
  const write = { method: 'DELETE' as const, path: '/x', guard: 'uid' as const }
  return {
    clusterId: id,
    clusterName: id,
    nodes: 100,
    state: 'LockedOut',
    wave: 'all',
    verification: { kind: 'dry-run', at: NOW },
    steps: [
      {
        kind: 'delete-workload',
        text: '',
        object: { kind: 'DaemonSet', name: 'x', uid: 'u' },
        write,
        saved: {},
        undo: write,
      },
      {
        kind: 'delete-pods',
        text: '',
        object: { kind: 'Pod', name: 'app=x' },
        write: { ...write, guard: 'selector' },
      },
    ],
    ...over,
  }
}

function facts(id: string, evidenceAt: number | undefined = NOW - 5_000): ClusterFacts {
  return { cluster: testCluster(id), nodes: 100, state: 'LockedOut', evidenceAt }
}

function input(over: Partial<GuardInput['plan']> = {}, more: Partial<GuardInput> = {}): GuardInput {
  const targets = over.targets ?? [target('a')]
  return {
    plan: {
      id: 'p',
      request: {
        kind: 'remove-service',
        target: { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' },
        reason: 'it floods the API servers',
      },
      targets,
      leftOut: [],
      blastRadius: {
        clusters: targets.length,
        fleetClusters: 10,
        nodes: targets.length * 100,
        workloads: 1,
        pods: 0,
        products: [],
      },
      undoStatement: '',
      plannedAt: NOW - 60_000,
      expiresAt: NOW + 540_000,
      ...over,
    },
    fleet: Array.from({ length: 10 }, (_, i) => facts(String.fromCharCode(97 + i))),
    policy: ALONE,
    now: NOW,
    peopleNow: NOW,
    busyClusters: new Map(),
    approvers: [],
    ...more,
  }
}

function verdictOf(guard: string, given: GuardInput) {
  const found = evaluateGuards(given).find(one => one.guard === guard)
  if (!found) throw new Error(`no guard ${guard}`)
  return found
}

function asking(namespace: string, name: string, reason = 'it floods the API servers'): GuardInput {
  return input({
    request: { kind: 'remove-service', target: { kind: 'DaemonSet', namespace, name }, reason },
  })
}

it('lets a sound plan through without a word against it', () => {
  expect(evaluateGuards(input()).filter(one => one.verdict !== 'pass')).toEqual([])
})

it('puts what blocks first', () => {
  const verdicts = evaluateGuards(asking('kube-system', 'coredns')).map(one => one.verdict)
  expect(verdicts.slice(0, 2)).toEqual(['block', 'block'])
  expect(verdicts[2]).toBe('pass')
})

describe('protection', () => {
  it.each(['kube-system', 'kube-node-lease', 'holdfast'])('blocks namespace %s', namespace => {
    expect(verdictOf('protect.namespaces', asking(namespace, 'x')).verdict).toBe('block')
  })

  it.each([
    'coredns',
    'kube-proxy',
    'calico-node',
    'aws-node',
    'node-local-dns',
    'cilium',
    'coredns-autoscaler',
  ])('blocks %s in any namespace', name => {
    expect(verdictOf('protect.workloads', asking('elsewhere', name)).verdict).toBe('block')
  })

  it('does not take a name that only begins alike for protected', () => {
    expect(verdictOf('protect.workloads', asking('elsewhere', 'canaletto')).verdict).toBe('pass')
  })
})

describe('DNS', () => {
  const policy = { ...DEFAULT_ACTION_POLICY, protectedWorkloads: [], protectedNamespaces: [] }
  const reason = 'The API server is lost and CoreDNS answers from memory alone.'
  const burning = { ...facts('a'), dnsRefusal: reason }

  it('blocks a restart of CoreDNS where the API server is lost, even when no policy protects it', () => {
    const given = { ...asking('kube-system', 'coredns'), policy, fleet: [burning, facts('b')] }
    expect(verdictOf('dns.no-restart', given)).toEqual({
      guard: 'dns.no-restart',
      verdict: 'block',
      text: `On 1 cluster (a) DNS must not be touched now. ${reason}`,
    })
  })

  it('lets it be cured where the API server serves, and has no say over other workloads', () => {
    const serving = { ...asking('kube-system', 'node-local-dns'), policy }
    expect(verdictOf('dns.no-restart', serving).verdict).toBe('pass')
    const other = { ...asking('observability', 'telemetry-collector'), fleet: [burning] }
    expect(verdictOf('dns.no-restart', other).verdict).toBe('pass')
  })
})

describe('evidence', () => {
  it('blocks when nobody watches any target, warns when some are unwatched', () => {
    const old = [facts('a', NOW - 10 * 60_000), facts('b', NOW - 1_000)]
    expect(verdictOf('evidence.fresh', input({}, { fleet: old })).verdict).toBe('block')
    const both = input({ targets: [target('a'), target('b')] }, { fleet: old })
    expect(verdictOf('evidence.fresh', both)).toMatchObject({
      verdict: 'warn',
      text: expect.stringContaining('1 target'),
    })
    expect(verdictOf('evidence.fresh', input({}, { fleet: [] })).verdict).toBe('block')
  })

  it('blocks a stale plan at the instant it expires', () => {
    expect(verdictOf('plan.fresh', input({ expiresAt: NOW + 1 })).verdict).toBe('pass')
    expect(verdictOf('plan.fresh', input({ expiresAt: NOW })).verdict).toBe('block')
  })

  it('warns of snapshots, with the oldest age', () => {
    const snapshot = { kind: 'snapshot', at: NOW - 600_000, why: 'timeout' } as const
    const found = verdictOf(
      'dryrun.unverified',
      input({ targets: [target('a', { verification: snapshot })] }),
    )
    expect(found).toMatchObject({ verdict: 'warn', text: expect.stringContaining('10 min old') })
  })

  it('warns of snapshots of another day', () => {
    const snapshot = { kind: 'snapshot', at: NOW - 48 * 3_600_000, why: 'timeout' } as const
    expect(
      verdictOf('snapshot.age', input({ targets: [target('a', { verification: snapshot })] })).verdict,
    ).toBe('warn')
  })
})

describe('scope', () => {
  it('blocks when there is nothing to act on', () => {
    expect(verdictOf('scope.exact-targets', input({ targets: [] })).verdict).toBe('block')
  })

  it('blocks a delete without a uid', () => {
    const vague = target('a')
    if (vague.steps[0]) vague.steps[0].object.uid = undefined
    expect(verdictOf('scope.exact-targets', input({ targets: [vague] })).verdict).toBe('block')
  })

  it('warns above half of the fleet and blocks above the limit', () => {
    const many = input({ targets: ['a', 'b', 'c', 'd', 'e', 'f'].map(id => target(id)) })
    expect(verdictOf('blast-radius', many).verdict).toBe('warn')
    const strict = { ...many, policy: { ...DEFAULT_ACTION_POLICY, maxFleetShare: 0.5 } }
    expect(verdictOf('blast-radius', strict)).toMatchObject({
      verdict: 'block',
      text: expect.stringContaining('60 %'),
    })
  })

  it('blocks a second action on a cluster', () => {
    const busy = input(
      {},
      { busyClusters: new Map([['a', [{ id: 'action-7', kind: 'remove-service' as const }]]]) },
    )
    expect(verdictOf('cluster.one-action', busy)).toMatchObject({
      verdict: 'block',
      text: expect.stringContaining('action-7'),
    })
  })

  it('names clusters that were left out', () => {
    const given = input({ leftOut: [{ clusterId: 'z', reason: 'no lane leads into it' }] })
    expect(verdictOf('lanes.known', given)).toMatchObject({
      verdict: 'warn',
      text: expect.stringContaining('z'),
    })
  })
})

describe('words', () => {
  it.each(['', '   ', 'because'])('blocks the reason %j', reason => {
    expect(verdictOf('request.reason', asking('observability', 'x', reason)).verdict).toBe('block')
  })

  it('says how to pause the tool that would put it back', () => {
    const given = input({ targets: [target('a', { gitOps: { tool: 'argocd', name: 'tele' } })] })
    const found = verdictOf('gitops.will-revert', given)
    expect(found.verdict).toBe('warn')
    expect(found.text).toContain('argocd app set tele --sync-policy none')
  })

  it('warns where only the workload itself can go, and where nothing can be put back', () => {
    const bare = target('a')
    bare.steps = bare.steps.slice(0, 1).map(step => ({ ...step, undo: undefined }))
    expect(verdictOf('effect.expected', input({ targets: [bare] })).verdict).toBe('warn')
    expect(verdictOf('undo.possible', input({ targets: [bare] })).verdict).toBe('warn')
  })
})
