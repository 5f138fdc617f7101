import { describe, expect, it } from 'vitest'
import { waitAtMost } from './wait-at-most'

describe('waiting at most so long', () => {
  it('ends with the work, and with its failure', async () => {
    await expect(waitAtMost(3_600_000, Promise.resolve('done'))).resolves.toBeUndefined()
    await expect(waitAtMost(3_600_000, Promise.reject(new Error('broke')))).rejects.toThrow('broke')
  })

  it('gives up work that never ends', async () => {
    await expect(waitAtMost(1, new Promise(() => {}))).resolves.toBeUndefined()
  })
})
