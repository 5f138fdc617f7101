import { parseRole } from '../access/parse-access'
import type { PersonStore } from '../access/store'
import type { Credentials, Passkey, Person } from '../access/types'
import { HoldfastError } from '../errors'
import { Prisma } from './generated/client'

const withPasskeys = { include: { _count: { select: { passkeys: true } } } } as const
type Row = Prisma.PersonGetPayload<typeof withPasskeys>

/** People, what proves them, and who guesses, in PostgreSQL. */
export function createPersonStore(db: Prisma.TransactionClient): PersonStore {
  return {
    async createPerson({ createdAt, ...person }) {
      await orTaken(db.person.create({ data: { ...person, createdAt: new Date(createdAt) } }))
    },

    async listPeople() {
      return (await db.person.findMany({ ...withPasskeys, orderBy: { name: 'asc' } })).map(toPerson)
    },

    async findPerson(by) {
      const row = await db.person.findUnique({ where: by, ...withPasskeys })
      return row ? toCredentials(row) : undefined
    },

    async changePerson(id, { disabledAt, ...change }) {
      const at = disabledAt === undefined ? undefined : disabledAt === null ? null : new Date(disabledAt)
      await orTaken(db.person.update({ where: { id }, data: { ...change, disabledAt: at } }))
      const { name, role } = change
      // Read through the person, and kept true for whoever counts sessions by role.
      if (name || role)
        await db.session.updateMany({ where: { personId: id, revokedAt: null }, data: { name, role } })
    },

    async takeTotpStep(id, step) {
      const { count } = await db.person.updateMany({
        where: { id, totpStep: { lt: step } },
        data: { totpStep: step },
      })
      return count > 0
    },

    async changeFailures(loginHash, change, forgottenBefore) {
      await db.signInFailure.deleteMany({ where: { lastAt: { lt: new Date(forgottenBefore) } } })
      await db.$executeRaw`insert into sign_in_failure (login_hash, failures, last_at)
        values (${loginHash}, 0, now()) on conflict do nothing`
      await db.$executeRaw`select 1 from sign_in_failure where login_hash = ${loginHash} for update`
      const row = await db.signInFailure.findUnique({ where: { loginHash } })
      const known = row && row.failures > 0 ? row : undefined
      const next = change(
        known && {
          failures: known.failures,
          lockedUntil: known.lockedUntil?.getTime(),
          lastAt: known.lastAt.getTime(),
        },
      )
      if (!next) {
        await db.signInFailure.deleteMany({ where: { loginHash } })
        return
      }
      const { failures, lockedUntil, lastAt } = next
      await db.signInFailure.update({
        where: { loginHash },
        data: {
          failures,
          lockedUntil: lockedUntil === undefined ? null : new Date(lockedUntil),
          lastAt: new Date(lastAt),
        },
      })
    },

    async addPasskey({ createdAt, lastUsedAt: _never, counter, ...passkey }) {
      const data = { ...passkey, counter: BigInt(counter), createdAt: new Date(createdAt) }
      await orTaken(db.passkey.create({ data }))
    },

    async listPasskeys(personId) {
      const rows = await db.passkey.findMany({ where: { personId }, orderBy: { createdAt: 'asc' } })
      return rows.map(toPasskey)
    },

    async findPasskey(id) {
      const row = await db.passkey.findUnique({ where: { id } })
      return row ? toPasskey(row) : undefined
    },

    async touchPasskey(id, counter, now) {
      await db.passkey.update({
        where: { id },
        data: { counter: BigInt(counter), lastUsedAt: new Date(now) },
      })
    },

    async removePasskey(id, personId) {
      return (await db.passkey.deleteMany({ where: { id, personId } })).count > 0
    },

    async createHandshake({ idHash, kind, data, expiresAt, now }) {
      await db.handshake.deleteMany({ where: { expiresAt: { lt: new Date(now) } } })
      const kept = data as Prisma.InputJsonObject
      await db.handshake.create({ data: { idHash, kind, data: kept, expiresAt: new Date(expiresAt) } })
    },

    async takeHandshake(idHash, kind, now) {
      const [row] = await db.$queryRaw<{ data: unknown }[]>`delete from handshake
        where id_hash = ${idHash} and kind = ${kind} and expires_at > ${new Date(now)} returning data`
      return row?.data
    },
  }
}

/** @throws HoldfastError `conflict` for a value that somebody else has */
async function orTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
      throw new HoldfastError('conflict', 'Somebody else has this name already.', {
        where: 'name',
        hint: 'Names tell people apart in the audit; choose another one.',
      })
    throw error
  }
}

function toPerson(row: Row): Person {
  return {
    id: row.id,
    name: row.name,
    login: row.login,
    role: parseRole(row.role),
    createdAt: row.createdAt.getTime(),
    createdBy: row.createdBy,
    disabledAt: row.disabledAt?.getTime(),
    hasPassword: row.passwordHash !== null,
    hasTotp: row.totpSecret !== null,
    passkeys: row._count.passkeys,
    isFederated: row.oidcSubject !== null,
  }
}

function toCredentials(row: Row): Credentials {
  return {
    person: toPerson(row),
    passwordHash: row.passwordHash ?? undefined,
    totpSecret: row.totpSecret ?? undefined,
    totpPending: row.totpPending ?? undefined,
  }
}

function toPasskey(row: Prisma.PasskeyGetPayload<object>): Passkey {
  return {
    ...row,
    counter: Number(row.counter),
    createdAt: row.createdAt.getTime(),
    lastUsedAt: row.lastUsedAt?.getTime(),
  }
}
