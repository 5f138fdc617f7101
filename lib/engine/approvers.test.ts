import { expect, it } from 'vitest'
import { createApprovers } from './approvers'

it('knows everybody who may act, but not the one who asks under any spelling', async () => {
  const asked: unknown[] = []
  const known = async (...given: unknown[]) => {
    asked.push(given)
    return [
      { name: 'Ada', identities: ['person:1', 'mail:ada@corp.test'] },
      { name: 'grace', identities: [] },
      { name: 'lin', identities: ['person:2'] },
      { name: 'Ada Lovelace', identities: ['person:3', 'mail:ada@corp.test'] },
    ]
  }
  const approvers = createApprovers({ known }, () => 7)
  expect(await approvers({ name: ' ada ' })).toEqual(['grace', 'lin', 'Ada Lovelace'])
  const identities = ['person:1', 'mail:ada@corp.test']
  expect(await approvers({ name: 'ada', identities })).toEqual(['grace', 'lin'])
  expect(await approvers({ name: 'ci' })).toEqual(['Ada', 'grace', 'lin', 'Ada Lovelace'])
  expect(asked[0]).toEqual([['responder', 'commander', 'administrator'], 7])
})
