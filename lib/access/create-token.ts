import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../errors'
import { hashSecret, newSecret } from './secrets'
import type { Ledger } from './store'
import { API_SCOPES, type ApiScope, type Role, type Scope } from './types'

/** All that a token could be made for, but changing who may do what: that has to be asked for by name. */
export const USUAL_SCOPES: readonly ApiScope[] = API_SCOPES.filter(scope => scope !== 'access:write')

/** What is told once: only the secret's hash is kept. */
export interface NewToken {
  id: string
  secret: string
}

interface TokenWish {
  name: string
  expiresAt?: number
}

/** Makes an API token for a program. @throws HoldfastError `invalid-input` for a name that cannot be shown */
export async function createToken(
  ledger: Ledger,
  wish: TokenWish & { role: Role; scopes?: readonly ApiScope[] },
  by: string,
  now: number,
): Promise<NewToken> {
  const { role, scopes = USUAL_SCOPES } = wish
  if (scopes.length === 0)
    throw new HoldfastError('invalid-input', 'A token without any scope is good for nothing.', {
      where: 'scopes',
      hint: `Known: ${API_SCOPES.join(', ')}.`,
    })
  return keepToken(ledger, 'hft', { ...wish, role, scopes }, by, now)
}

/**
 * Makes a token for the probe agents of one cluster: the scope `dns:write`, there alone. Its prefix is another one than
 * that of API tokens, and it is no principal, so it opens no other door. @throws HoldfastError `invalid-input`
 */
export async function createProbeToken(
  ledger: Ledger,
  wish: TokenWish & { clusterId: string },
  by: string,
  now: number,
): Promise<NewToken> {
  if (!/^[a-z0-9][a-z0-9.-]{0,252}$/.test(wish.clusterId))
    throw new HoldfastError('invalid-input', `"${wish.clusterId.slice(0, 80)}" is not the id of a cluster.`, {
      where: '--cluster',
      hint: "It is the last part of the address of the cluster's page: /clusters/ID.",
    })
  return keepToken(ledger, 'hfp', { ...wish, role: 'viewer', scopes: ['dns:write'] }, by, now)
}

async function keepToken(
  ledger: Ledger,
  prefix: 'hft' | 'hfp',
  wish: TokenWish & { role: Role; scopes: readonly Scope[]; clusterId?: string },
  by: string,
  now: number,
): Promise<NewToken> {
  const { name, role, scopes, clusterId, expiresAt } = wish
  if (!/^[\w .:@/-]{1,63}$/.test(name))
    throw new HoldfastError(
      'invalid-input',
      'A token needs a name of 1 to 63 letters, digits, spaces or . _ : @ / -',
      { where: 'name' },
    )
  if (expiresAt !== undefined && expiresAt <= now)
    throw new HoldfastError('invalid-input', 'A token cannot have expired before it is made.', {
      where: 'expiresAt',
    })
  const id = randomUUID()
  const secret = newSecret(prefix)
  await ledger(async (store, tell) => {
    const tokenHash = hashSecret(secret)
    await store.createToken({
      id,
      name,
      role,
      scopes,
      clusterId,
      createdBy: by,
      createdAt: now,
      expiresAt,
      tokenHash,
    })
    tell(by, 'token.created', `token/${id}`, {
      name,
      kind: clusterId === undefined ? 'api' : 'probe',
      role,
      scopes,
      ...(clusterId && { clusterId }),
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    })
  })
  return { id, secret }
}
