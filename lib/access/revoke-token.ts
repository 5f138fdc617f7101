import { HoldfastError } from '../errors'
import type { Ledger } from './store'

/** Ends a token at once. @throws HoldfastError `not-found` when there is none, or it was revoked before */
export async function revokeToken(ledger: Ledger, id: string, by: string, now: number): Promise<void> {
  return ledger(async (store, tell) => {
    const token = await store.revokeToken(id, now)
    if (!token)
      throw new HoldfastError('not-found', `There is no token ${id.slice(0, 80)} that could be revoked.`, {
        hint: '`npm run token -- list` and the settings page show those there are.',
      })
    tell(by, 'token.revoked', `token/${id}`, { name: token.name })
  })
}
