import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../errors'
import { hashSecret, newSecret } from './secrets'
import type { AccessStore } from './store'
import { ROLES, type Role } from './types'

/** Reads a role's name. @throws HoldfastError `invalid-input` */
export function parseRole(value: string): Role {
  const role = ROLES.find(known => known === value)
  if (!role)
    throw new HoldfastError('invalid-input', `"${value}" is not a role.`, {
      hint: `Roles: ${ROLES.join(', ')}.`,
    })
  return role
}

/** Makes an API token for a program; the secret is returned once and kept as a hash. */
export async function createToken(
  store: AccessStore,
  { name, role, expiresAt }: { name: string; role: Role; expiresAt?: number },
  now: number,
): Promise<string> {
  if (!/^[\w .:@/-]{1,63}$/.test(name))
    throw new HoldfastError(
      'invalid-input',
      'A token needs a name of 1 to 63 letters, digits, spaces or . _ : @ / -',
      {
        where: '--name',
      },
    )
  const secret = newSecret('hft')
  await store.createToken({
    id: randomUUID(),
    name,
    role,
    createdAt: now,
    expiresAt,
    tokenHash: hashSecret(secret),
  })
  return secret
}
