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

function assertName(name: string): void {
  if (!/^[\w .:@/-]{1,63}$/.test(name))
    throw new HoldfastError(
      'invalid-input',
      'A token needs a name of 1 to 63 letters, digits, spaces or . _ : @ / -',
      {
        where: '--name',
      },
    )
}

/** What is told once: only the secret's hash is kept. */
interface NewToken {
  id: string
  secret: string
}

/** Makes an API token for a program. @throws HoldfastError `invalid-input` for a name that cannot be shown */
export async function createToken(
  store: AccessStore,
  { name, role, expiresAt }: { name: string; role: Role; expiresAt?: number },
  now: number,
): Promise<NewToken> {
  assertName(name)
  const id = randomUUID()
  const secret = newSecret('hft')
  await store.createToken({ id, name, role, createdAt: now, expiresAt, tokenHash: hashSecret(secret) })
  return { id, secret }
}

/**
 * Makes a token for the probe agents of one cluster. Its prefix is another one than that of API tokens, and it is kept
 * apart from them, so it opens no other door. @throws HoldfastError `invalid-input`
 */
export async function createProbeToken(
  store: AccessStore,
  { name, clusterId, expiresAt }: { name: string; clusterId: string; expiresAt?: number },
  now: number,
): Promise<NewToken> {
  assertName(name)
  if (!/^[a-z0-9][a-z0-9.-]{0,252}$/.test(clusterId))
    throw new HoldfastError('invalid-input', `"${clusterId.slice(0, 80)}" is not the id of a cluster.`, {
      where: '--cluster',
      hint: "It is the last part of the address of the cluster's page: /clusters/ID.",
    })
  const id = randomUUID()
  const secret = newSecret('hfp')
  await store.createProbeToken({
    id,
    name,
    clusterId,
    createdAt: now,
    expiresAt,
    tokenHash: hashSecret(secret),
  })
  return { id, secret }
}
