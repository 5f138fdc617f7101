import { describe, expect, it } from 'vitest'
import { actionPost } from '@/lib/wire/action-request'
import type { ActionDto } from '@/lib/wire/actions'
import { amountOf, leversOf, withAmount } from './levers'

const about: ActionDto['about'] = {
  workload: { kind: 'DaemonSet', namespace: 'obs', name: 'telemetry' },
  caller: { kind: 'ServiceAccount', namespace: 'obs', name: 'telemetry' },
  owner: { kind: 'Kustomization', namespace: 'flux-system', name: 'agents' },
}
const blastRadius = { clusters: 1, fleetClusters: 1, nodes: 1, workloads: 1, pods: 10, products: [] }
const request = (given: Record<string, unknown>) => actionPost.parse({ clusterIds: ['a'], ...given })
const removal = request({ kind: 'remove-service', target: about.workload })
const nodes = { kind: 'Nodes', name: 'pool=blue' }

describe('levers', () => {
  it('offer to freeze the owner that would put it back first, on the same clusters', () => {
    const levers = leversOf({ about, request: removal, blastRadius })
    expect(levers.map(({ word }) => word)).toEqual([
      'Freeze',
      'Mute',
      'Revoke',
      'Shrink',
      'Roll back',
      'Remove',
    ])
    expect(levers[0]?.request).toEqual({ kind: 'freeze-roll-outs', target: about.owner, clusterIds: ['a'] })
    for (const lever of levers) expect(() => actionPost.parse(lever.request)).not.toThrow()
    const unowned = leversOf({ about: { ...about, owner: null }, request: removal, blastRadius })
    expect(unowned.map(({ word }) => word)).not.toContain('Freeze')
  })

  it('of cordoned nodes are to have them back, with the same selector', () => {
    const cordon = request({ kind: 'cordon-nodes', target: nodes, nodes: 4 })
    const none = { workload: null, caller: null, owner: null }
    const levers = leversOf({ about: none, request: cordon, blastRadius })
    expect(levers.map(({ request: { kind } }) => kind)).toEqual([
      'cordon-nodes',
      'drain-nodes',
      're-admit-nodes',
    ])
    expect(levers[2]?.request).toMatchObject({ target: nodes, nodes: 4, clusterIds: ['a'] })
  })
})

describe('amounts', () => {
  const machines = { kind: 'KubeadmControlPlane', namespace: 'c', name: 'eu-1' }
  const route = { kind: 'HTTPRoute', namespace: 'shop', name: 'web' }
  it.each([
    [{ kind: 'mute-caller', target: about.caller, minutes: 60 }, 30],
    [{ kind: 'cordon-nodes', target: nodes, nodes: 4 }, 5],
    [{ kind: 'drain-nodes', target: nodes, nodes: 4 }, 5],
    [{ kind: 'scale-api-servers', target: machines, replicas: 3 }, 5],
    [{ kind: 'scale-cluster', target: { ...machines, kind: 'MachinePool' }, replicas: 3 }, 4],
    [{ kind: 'shift-traffic', target: route, to: 'green', percent: 10 }, 20],
  ])('of %j can be changed, and the least and the most are accepted', (given, value) => {
    const before = request(given)
    const amount = amountOf(before)
    if (!amount) throw new Error('it has an amount')
    expect(amountOf(actionPost.parse(withAmount(before, value)))?.value).toBe(value)
    for (const bound of [amount.least, amount.most])
      expect(() => actionPost.parse(withAmount(before, bound))).not.toThrow()
    expect(() => actionPost.parse(withAmount(before, amount.most + (amount.step ?? 1)))).toThrow()
  })

  it('are none of a removal', () => {
    expect(amountOf(removal)).toBeNull()
    expect(withAmount(removal, 3)).toBe(removal)
  })
})
