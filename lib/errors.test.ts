import { describe, expect, it } from 'vitest'
import { HoldfastError, toProblem } from './errors'

describe('toProblem', () => {
  it('tells what was wrong, where, and how to mend it', () => {
    const error = new HoldfastError('blocked-by-guard', 'Two guards refuse.', {
      hint: 'Leave out 17 clusters.',
      where: 'clusterIds',
      blockedBy: [{ guard: 'protect.namespaces', reason: 'kube-system is protected.' }],
    })
    expect(toProblem(error, '/api/v1/actions')).toMatchObject({
      status: 409,
      code: 'blocked-by-guard',
      detail: 'Two guards refuse.',
      hint: 'Leave out 17 clusters.',
      instance: '/api/v1/actions',
      blockedBy: [{ guard: 'protect.namespaces' }],
    })
  })

  it('tells nothing of the inside of other errors', () => {
    const problem = toProblem(new Error('password=hunter2'))
    expect(problem).toMatchObject({ status: 500, code: 'internal' })
    expect(JSON.stringify(problem)).not.toContain('hunter2')
  })

  it('knows its errors from another copy of the module', () => {
    const foreign = Object.assign(new Error('expired'), {
      [Symbol.for('holdfast.error')]: true,
      code: 'expired',
    })
    expect(foreign instanceof HoldfastError).toBe(true)
    expect(toProblem(foreign)).toMatchObject({ status: 410, detail: 'expired' })
    expect(toProblem(null)).toMatchObject({ status: 500 })
  })
})
