import { identitiesOf } from '../access/identities'
import { parseMethod, parseRole } from '../access/parse-access'
import type { LinkAndSessionStore } from '../access/store'
import type { Principal, SessionView, SignInLink } from '../access/types'
import type { Person, Prisma, Session, SignInLink as SignInLinkRow } from './generated/client'

const LISTED = 500

/** One-time links and sessions in PostgreSQL. */
export function createSessionStore(db: Prisma.TransactionClient): LinkAndSessionStore {
  return {
    async createLink({ createdAt, expiresAt, ...link }) {
      await db.signInLink.create({
        data: { ...link, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) },
      })
    },

    async findLink(tokenHash, now) {
      const row = await db.signInLink.findFirst({
        where: { tokenHash, usedAt: null, expiresAt: { gt: new Date(now) } },
      })
      return row ? toLink(row) : undefined
    },

    async redeemLink(tokenHash, now) {
      const at = new Date(now)
      const [used] = await db.signInLink.updateManyAndReturn({
        where: { tokenHash, usedAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      })
      return used && toLink(used)
    },

    async voidLinks(personId, now) {
      const at = new Date(now)
      await db.signInLink.updateMany({ where: { personId, usedAt: null }, data: { usedAt: at } })
    },

    async createSession({ createdAt, expiresAt, ...session }) {
      await db.session.create({
        data: { ...session, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) },
      })
    },

    async findSession(tokenHash, now) {
      const row = await db.session.findFirst({
        where: { tokenHash, ...standing(now) },
        include: { person: true },
      })
      return row ? toPrincipal(row) : undefined
    },

    async listSessions(now, personId) {
      const rows = await db.session.findMany({
        where: { personId, ...standing(now) },
        include: { person: true },
        orderBy: { createdAt: 'desc' },
        take: LISTED,
      })
      return rows.map(toView)
    },

    async getSession(id, now) {
      const row = await db.session.findFirst({ where: { id, ...standing(now) }, include: { person: true } })
      return row ? toView(row) : undefined
    },

    async revokeSession(id, now) {
      const at = new Date(now)
      const { count } = await db.session.updateMany({
        where: { id, ...standing(now) },
        data: { revokedAt: at },
      })
      return count > 0
    },

    async revokeSessionsOf(personId, now, exceptId) {
      const { count } = await db.session.updateMany({
        where: { personId, revokedAt: null, ...(exceptId && { id: { not: exceptId } }) },
        data: { revokedAt: new Date(now) },
      })
      return count
    },
  }
}

/** Neither ended nor of somebody who was disabled. */
function standing(now: number) {
  return {
    revokedAt: null,
    expiresAt: { gt: new Date(now) },
    OR: [{ personId: null }, { person: { disabledAt: null } }],
  } satisfies Prisma.SessionWhereInput
}

type WithPerson = Session & { person: Person | null }

function toPrincipal({ id, csrfToken, personId, method, ...row }: WithPerson): Principal {
  const { name, role } = row.person ?? row
  return {
    id,
    name,
    role: parseRole(role),
    via: 'session',
    personId: personId ?? undefined,
    identities: row.person ? identitiesOf(row.person) : undefined,
    method: parseMethod(method),
    csrfToken,
  }
}

function toView({
  id,
  personId,
  method,
  address,
  agent,
  createdAt,
  expiresAt,
  ...row
}: WithPerson): SessionView {
  const { name, role } = row.person ?? row
  return {
    id,
    name,
    role: parseRole(role),
    personId: personId ?? undefined,
    method: parseMethod(method),
    address,
    agent,
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt.getTime(),
  }
}

function toLink({ id, name, role, personId, expiresAt }: SignInLinkRow): SignInLink {
  return { id, name, role: parseRole(role), personId: personId ?? undefined, expiresAt: expiresAt.getTime() }
}
