import { describe, expect, it } from 'vitest'
import { compileGuardExpression, type GuardView } from './guard-expression'

const VIEW: GuardView = {
  plan: {
    kind: 'remove-service',
    tier: 2,
    reason: 'it floods the servers',
    targetKind: 'DaemonSet',
    namespace: 'observability',
    name: 'telemetry',
    share: 0.3,
    nodes: 300,
    pods: 290,
    products: ['chat'],
    incident: true,
  },
  clusters: [
    {
      id: 'a',
      name: 'Frankfurt 1',
      region: 'eu',
      environment: 'prod',
      products: ['chat'],
      labels: { owner: 'core' },
      nodes: 300,
      pods: 290,
      state: 'LockedOut',
      dryRun: false,
      gitOps: 'argocd',
    },
  ],
  now: new Date('2024-12-11T23:20:00Z'),
}

describe('an expression', () => {
  it.each<[string, boolean]>([
    ['plan.tier == 2 && !plan.incident', false],
    ['plan.kind == "remove-service" && plan.share > 0.25', true],
    ['"chat" in plan.products && plan.pods + 10 >= plan.nodes', true],
    ['clusters.exists(c, c.environment == "prod" && c.nodes > 200)', true],
    ['clusters.all(c, c.dryRun)', false],
    ['clusters.filter(c, c.gitOps != "").size() > 0', true],
    ['clusters.exists(c, "owner" in c.labels && c.labels["owner"] == "core")', true],
    ['plan.namespace.startsWith("obs") && size(plan.reason) > 8', true],
    ['now.getHours() >= 22 || now.getDayOfWeek() == 0', true],
  ])('%s is %s', (text, expected) => {
    expect(compileGuardExpression(text)(VIEW)).toBe(expected)
  })

  it.each([
    ['plan.teir == 2', /teir/],
    ['clusters.exists(c, c.node > 1)', /node/],
    ['plan.tier == "2"', /==/],
    ['plan.tier', /gives int/],
    ['plan.tier >', /./],
    ['process.exit()', /./],
    ['fleet.size() > 1', /fleet/],
    ['plan.name.matches("(a+)+$")', /not offered/],
    ['clusters.exists(c, c.name.matches("a"))', /not offered/],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, /./],
    [Array(600).fill('true').join(' && '), /./],
    ['', /./],
  ])('%s is refused in one line', (text, why) => {
    expect(() => compileGuardExpression(text)).toThrow(why)
    expect(() => compileGuardExpression(text)).toThrow(/^[^\n]{1,300}$/)
  })

  it('throws at a value that is not there', () => {
    const ask = compileGuardExpression('clusters.exists(c, c.labels["team"] == "x")')
    expect(() => ask(VIEW)).toThrow(/team/)
  })
})
