import { expect, it } from 'vitest'
import { readConfig } from '../fleet/read-config'
import { actionPolicyOf, DEFAULT_ACTION_POLICY } from './action-policy'

const policyOf = (yaml: string) =>
  actionPolicyOf(readConfig(`apiVersion: holdfast.dev/v1\n${yaml}`, 'holdfast.yaml').policy)

it('takes every limit from holdfast.yaml', () => {
  expect(
    policyOf(`policy:
  protectedNamespaces: [vault]
  protectedWorkloads: [ledger, coredns]
  warnFleetShare: 0.1
  maxFleetShare: 0.2
  evidenceMaxAgeSeconds: 30
  planTtlSeconds: 90
  secondPerson: always
  overrideAfterSeconds: 45
  requireIncident: block
  guards:
    - { name: mine, when: plan.tier == 2, verdict: block, text: Call us. }
`),
  ).toEqual({
    ...DEFAULT_ACTION_POLICY,
    protectedNamespaces: ['vault'],
    protectedWorkloads: [...DEFAULT_ACTION_POLICY.protectedWorkloads, 'ledger'],
    warnFleetShare: 0.1,
    maxFleetShare: 0.2,
    evidenceMaxAgeMs: 30_000,
    planTtlMs: 90_000,
    secondPerson: 'always',
    overrideAfterMs: 45_000,
    requireIncident: 'block',
    guards: [{ name: 'mine', when: 'plan.tier == 2', verdict: 'block', text: 'Call us.' }],
  })
})

it('is the default where nothing is said, but for evidence, which people are given longer', () => {
  expect(policyOf('')).toEqual({ ...DEFAULT_ACTION_POLICY, evidenceMaxAgeMs: 300_000 })
})
