import { describe, expect, it } from 'vitest'
import type { AuditStore } from '../../../audit/store'
import type { SealStore } from '../store'
import type { Seal } from '../types'

const AT = Date.parse('2024-12-11T22:51:00Z')
const line = (verb: string) => ({ at: AT, actor: 'ada', verb, subject: 'seal/1', detail: {} })

const seal = (id: string, over: Partial<Seal> = {}): Seal => ({
  id,
  state: 'prepared',
  scope: {
    kind: 'remove-service',
    target: { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' },
    clusterIds: ['a', 'b'],
    stepKinds: ['delete-workload'],
  },
  digest: 'd'.repeat(64),
  changeId: 'change',
  reason: 'in case it floods them',
  preparedBy: 'ada',
  preparedAs: ['person:1'],
  preparedAt: AT,
  expiresAt: AT + 1,
  ...over,
})

/** What every store of seals must do. */
export function sealStoreContract(open: () => Promise<{ seals: SealStore; audit: AuditStore }>): void {
  describe('seals', () => {
    it('keeps a seal as it is, with its line in the audit, newest first', async () => {
      const { seals, audit } = await open()
      await seals.add(seal('1'), line('seal.prepared'))
      await seals.add(seal('2', { preparedAt: AT + 1, preparedAs: undefined }), line('seal.prepared'))
      expect(await seals.get('1')).toEqual(seal('1'))
      expect(await seals.get('3')).toBeUndefined()
      expect((await seals.list(5)).map(({ id }) => id)).toEqual(['2', '1'])
      expect((await audit.latest(5)).map(({ verb }) => verb)).toEqual(['seal.prepared', 'seal.prepared'])
    })

    it('changes it once from each state', async () => {
      const { seals, audit } = await open()
      await seals.add(seal('1'), line('seal.prepared'))
      const answer = { by: 'bob', as: ['person:2'], at: AT, reason: 'yes' }
      const approved = seal('1', { state: 'approved', answer })
      expect(await seals.change('prepared', approved, line('seal.approved'))).toBe(true)
      expect(await seals.change('prepared', seal('1', { state: 'declined' }), line('seal.declined'))).toBe(
        false,
      )
      const used = seal('1', { state: 'used', answer, used: { by: 'eve', at: AT, actionId: 'x' } })
      expect(await seals.change('approved', used, line('seal.used'))).toBe(true)
      expect(await seals.change('approved', used, line('seal.used'))).toBe(false)
      expect(await seals.get('1')).toEqual(used)
      expect((await audit.latest(9)).map(({ verb }) => verb)).toEqual([
        'seal.used',
        'seal.approved',
        'seal.prepared',
      ])
    })
  })
}
