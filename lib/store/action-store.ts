import type { Approval } from '../action/approval'
import {
  type ActionChange,
  type ActionRow,
  type ActionStore,
  type ActionSummary,
  FREEZE_SUBJECT,
  type ShotChange,
  type ShotRow,
} from '../action/store'
import type { ActionPlan, ActionState, Pause } from '../action/types'
import type { AuditDraft } from '../audit/types'
import { appendInTransaction } from './audit-store'
import type { Database } from './database'
import { Prisma } from './generated/client'
import {
  CHANGE_SHOTS,
  CLAIM_SHOTS,
  INSERT_SHOTS,
  type RawShot,
  SHOT_COLUMNS,
  toNewRecord,
  toRecord,
  toShot,
} from './shot-rows'

type Transaction = Prisma.TransactionClient

const CLAIM_LOCK = 720_368_602

/** Actions, shots and landers' leases in PostgreSQL; each method is one transaction. */
export function createActionStore(db: Database): ActionStore {
  return {
    savePlan: (action, audit) =>
      db.$transaction(async tx => {
        await tx.action.create({ data: toActionData(action) })
        await appendInTransaction(tx, [audit])
      }),

    async getAction(id) {
      const row = await db.action.findUnique({ where: { id } })
      if (!row) return undefined
      const { plan, ...rest } = row
      return { ...toActionFields(rest), plan: plan as unknown as ActionPlan }
    },

    async listActions(limit) {
      const rows = await db.$queryRawUnsafe<RawSummary[]>(
        `${SUMMARIES} ORDER BY planned_at DESC LIMIT $1`,
        limit,
      )
      return rows.map(toSummary)
    },

    async listActionsIn(states) {
      const query = `${SUMMARIES} WHERE state = ANY($1) ORDER BY planned_at`
      return (await db.$queryRawUnsafe<RawSummary[]>(query, [...states])).map(toSummary)
    },

    async listToReview() {
      const query = `${SUMMARIES} WHERE approval->'answer'->>'kind' = 'overridden' AND approval->'review' IS NULL ORDER BY planned_at`
      return (await db.$queryRawUnsafe<RawSummary[]>(query)).map(toSummary)
    },

    async listToRevert(now) {
      const query = `${SUMMARIES} WHERE reverts_at <= $1 AND state <> ALL($2) ORDER BY planned_at`
      const ended = ['undoing', 'undone']
      return (await db.$queryRawUnsafe<RawSummary[]>(query, new Date(now), ended)).map(toSummary)
    },

    async listShots(actionId, whole = false) {
      const columns = whole ? `${SHOT_COLUMNS}, saved, undo` : SHOT_COLUMNS
      const query = `SELECT ${columns} FROM shot WHERE action_id = $1 ORDER BY cluster_id, step`
      return (await db.$queryRawUnsafe<RawShot[]>(query, actionId)).map(toShot)
    },

    arm: (change, shots) =>
      db.$transaction(async tx => {
        if (!(await changeActionRow(tx, change))) return false
        await insertShots(tx, shots)
        if (change.audit) await appendInTransaction(tx, [change.audit])
        return true
      }),

    armUndo: (original, undo, shots, audit) =>
      db
        .$transaction(async tx => {
          if (!(await changeActionRow(tx, original))) throw new MovedOn()
          if ('from' in undo) {
            if (!(await changeActionRow(tx, undo))) throw new MovedOn()
          } else await tx.action.create({ data: toActionData(undo) })
          await insertShots(tx, shots)
          await appendInTransaction(tx, original.audit ? [original.audit, audit] : [audit])
          return true
        })
        .catch(error => {
          if (error instanceof MovedOn) return false
          throw error
        }),

    changeAction: (change, shots = []) =>
      db.$transaction(async tx => {
        if (!(await changeActionRow(tx, change))) return false
        const { drafts } = await changeShotRows(tx, shots)
        await appendInTransaction(tx, change.audit ? [change.audit, ...drafts] : drafts)
        return true
      }),

    changeShots: changes =>
      db.$transaction(async tx => {
        const { applied, drafts } = await changeShotRows(tx, changes)
        await appendInTransaction(tx, drafts)
        return applied
      }),

    claim: (owner, limit, updatedAt, held) =>
      db.$transaction(async tx => {
        // One claimer at a time: a row that changed hands while it was being read is judged again with its old owner's
        // lease, since a joined table is not read anew. The next statement sees every claim before it.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CLAIM_LOCK})`
        const mine = held ? [...held] : null
        const rows = await tx.$queryRawUnsafe<RawShot[]>(CLAIM_SHOTS, owner, limit, new Date(updatedAt), mine)
        return rows.map(toShot).sort((a, b) => a.fuseAt - b.fuseAt)
      }),

    async renewLease(owner, leaseMs) {
      await db.$executeRaw`
        INSERT INTO lander (id, lease_until) VALUES (${owner}, now() + ${leaseMs}::float8 * interval '1 ms')
        ON CONFLICT (id) DO UPDATE SET lease_until = EXCLUDED.lease_until`
    },

    async dropLease(owner) {
      // Leases of processes long gone go with it.
      await db.$executeRaw`DELETE FROM lander WHERE id = ${owner} OR lease_until < now() - interval '1 day'`
    },

    async getFreeze() {
      const last = await db.auditEntry.findFirst({
        where: { subject: FREEZE_SUBJECT },
        orderBy: { seq: 'desc' },
      })
      return last
        ? { frozen: last.verb === 'actions.frozen', by: last.actor, at: last.at.getTime() }
        : undefined
    },

    appendAudit: audit =>
      db.$transaction(async tx => {
        await appendInTransaction(tx, [audit])
      }),
  }
}

/** Rolls a transaction back: a row was not in the state that it had to be in. */
class MovedOn extends Error {}

const SUMMARIES = `SELECT id, kind, state, digest, by, reason, planned_at, confirmed_at, confirmed_by, expires_at, undo_of, approval,
  reverts_at, pause, widened_to, accepted, plan->'request'->'target' AS target, plan->'blastRadius' AS blast_radius FROM action`

interface RawSummary {
  id: string
  kind: ActionRow['kind']
  state: ActionState
  digest: string
  by: string
  reason: string
  planned_at: Date
  confirmed_at: Date | null
  confirmed_by: string | null
  expires_at: Date
  reverts_at: Date | null
  undo_of: string | null
  approval: unknown
  pause: unknown
  widened_to: number | null
  accepted: unknown
  target: ActionSummary['target']
  blast_radius: ActionSummary['blastRadius']
}

function toSummary(row: RawSummary): ActionSummary {
  const { planned_at, confirmed_at, confirmed_by, expires_at, undo_of, target, blast_radius, ...others } = row
  const { reverts_at, widened_to, ...rest } = others
  const fields = toActionFields({
    ...rest,
    plannedAt: planned_at,
    confirmedAt: confirmed_at,
    confirmedBy: confirmed_by,
    expiresAt: expires_at,
    revertsAt: reverts_at,
    widenedTo: widened_to,
    undoOf: undo_of,
  })
  return { ...fields, target, blastRadius: blast_radius }
}

interface ActionFields {
  id: string
  kind: string
  state: string
  digest: string
  by: string
  reason: string
  plannedAt: Date
  confirmedAt: Date | null
  confirmedBy: string | null
  expiresAt: Date
  revertsAt: Date | null
  undoOf: string | null
  approval: unknown
  pause: unknown
  widenedTo: number | null
  accepted: unknown
}

function toActionFields(row: ActionFields): Omit<ActionRow, 'plan'> {
  return {
    id: row.id,
    // Written by this room alone, from the same types.
    kind: row.kind as ActionRow['kind'],
    state: row.state as ActionState,
    digest: row.digest,
    by: row.by,
    reason: row.reason,
    plannedAt: row.plannedAt.getTime(),
    confirmedAt: row.confirmedAt?.getTime(),
    confirmedBy: row.confirmedBy ?? undefined,
    expiresAt: row.expiresAt.getTime(),
    revertsAt: row.revertsAt?.getTime(),
    undoOf: row.undoOf ?? undefined,
    approval: (row.approval ?? undefined) as Approval | undefined,
    pause: (row.pause ?? undefined) as Pause | undefined,
    widenedTo: row.widenedTo ?? undefined,
    accepted: (row.accepted ?? undefined) as string[] | undefined,
  }
}

function toActionData(action: ActionRow) {
  const { plan, plannedAt, confirmedAt, expiresAt, revertsAt, approval, pause, ...rest } = action
  return {
    ...rest,
    plan: plan as unknown as Prisma.InputJsonObject,
    approval: approval as unknown as Prisma.InputJsonObject | undefined,
    pause: pause as unknown as Prisma.InputJsonObject | undefined,
    plannedAt: new Date(plannedAt),
    confirmedAt: confirmedAt === undefined ? null : new Date(confirmedAt),
    expiresAt: new Date(expiresAt),
    revertsAt: revertsAt === undefined ? null : new Date(revertsAt),
  }
}

async function changeActionRow(tx: Transaction, { id, from, only, set }: ActionChange): Promise<boolean> {
  const { confirmedAt, expiresAt, revertsAt, approval, pause, ...rest } = set
  const isNull = { equals: Prisma.DbNull }
  const { count } = await tx.action.updateMany({
    where: {
      id,
      state: { in: [...from] },
      ...(only && (only === 'paused' ? { NOT: { pause: isNull } } : { pause: isNull })),
    },
    data: {
      ...rest,
      pause: pause === null ? Prisma.DbNull : (pause as unknown as Prisma.InputJsonObject | undefined),
      approval: approval as unknown as Prisma.InputJsonObject | undefined,
      confirmedAt: confirmedAt === undefined ? undefined : new Date(confirmedAt),
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      revertsAt: revertsAt === undefined ? undefined : new Date(revertsAt),
    },
  })
  return count === 1
}

async function insertShots(tx: Transaction, shots: readonly ShotRow[]): Promise<void> {
  // One parameter, however many shots: thousands at once are more than a statement has places for.
  await tx.$executeRawUnsafe(INSERT_SHOTS, JSON.stringify(shots.map(toNewRecord)))
}

/** Two changes of one shot go in order, each seeing what the one before it did. */
async function changeShotRows(
  tx: Transaction,
  changes: readonly ShotChange[],
): Promise<{ applied: Set<string>; drafts: AuditDraft[] }> {
  const applied = new Set<string>()
  const drafts: AuditDraft[] = []
  let left = changes
  while (left.length > 0) {
    const seen = new Set<string>()
    const round: ShotChange[] = []
    const later: ShotChange[] = []
    for (const change of left) {
      if (seen.has(change.id)) later.push(change)
      else round.push(change)
      seen.add(change.id)
    }
    left = later
    const rows = await tx.$queryRawUnsafe<{ id: string }[]>(CHANGE_SHOTS, JSON.stringify(round.map(toRecord)))
    const ids = new Set(rows.map(row => row.id))
    for (const change of round) {
      if (!ids.has(change.id)) continue
      applied.add(change.id)
      if (change.audit) drafts.push(change.audit)
    }
  }
  return { applied, drafts }
}
