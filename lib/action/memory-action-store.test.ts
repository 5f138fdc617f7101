import { describe } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { actionStoreContract } from './testing/action-store-contract'
import { MemoryActionStore } from './testing/memory-action-store'

describe('the store in memory', () => {
  actionStoreContract(async () => {
    const actions = new MemoryActionStore(new FakeClock())
    return { actions, audit: actions.audit }
  })
})
