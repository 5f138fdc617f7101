import { expect, it } from 'vitest'
import { createApprovers } from './approvers'

it('knows everybody who may act, but not the one who asks under any spelling', async () => {
  const asked: unknown[] = []
  const known = async (...given: unknown[]) => {
    asked.push(given)
    return ['Ada', 'grace', 'lin']
  }
  const approvers = createApprovers({ known }, () => 7)
  expect(await approvers(' ada ')).toEqual(['grace', 'lin'])
  expect(await approvers('ci')).toEqual(['Ada', 'grace', 'lin'])
  expect(asked[0]).toEqual([['responder', 'commander', 'administrator'], 7])
})
