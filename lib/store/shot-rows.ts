import type { ShotChange, ShotRow } from '../action/store'
import type { Attempt, PlannedWrite, ShotEffect, ShotState, StepKind, StopReason } from '../action/types'

/** Columns of a shot without its bulk (`saved`, `undo`), as raw SQL gives them. */
export const SHOT_COLUMNS = `id, action_id, cluster_id, step, step_kind, wave, state, write, token, owner, claimed_at,
  fuse_at, expires_at, attempts, last_attempts, lane, landed_at, done_at, verified_at, stop_reason, draining_at, detail,
  effect, updated_at`

export interface RawShot {
  id: string
  action_id: string
  cluster_id: string
  step: number
  step_kind: StepKind
  wave: number
  state: ShotState
  write: PlannedWrite
  saved?: Record<string, unknown> | null
  undo?: PlannedWrite | null
  token: number
  owner: string | null
  claimed_at: Date | null
  fuse_at: Date
  expires_at: Date
  attempts: number
  last_attempts: Attempt[]
  lane: string | null
  landed_at: Date | null
  done_at: Date | null
  verified_at: Date | null
  stop_reason: StopReason | null
  draining_at: Date | null
  detail: string
  effect: ShotEffect | null
  updated_at: Date
}

const time = (value: Date | null) => value?.getTime()

export function toShot(row: RawShot): ShotRow {
  return {
    id: row.id,
    actionId: row.action_id,
    clusterId: row.cluster_id,
    step: row.step,
    stepKind: row.step_kind,
    wave: row.wave,
    state: row.state,
    write: row.write,
    ...(row.saved === undefined ? {} : { saved: row.saved ?? undefined, undo: row.undo ?? undefined }),
    token: row.token,
    owner: row.owner ?? undefined,
    claimedAt: time(row.claimed_at),
    fuseAt: row.fuse_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    attempts: row.attempts,
    lastAttempts: row.last_attempts,
    lane: row.lane ?? undefined,
    landedAt: time(row.landed_at),
    doneAt: time(row.done_at),
    verifiedAt: time(row.verified_at),
    stopReason: row.stop_reason ?? undefined,
    drainingAt: time(row.draining_at),
    detail: row.detail,
    effect: row.effect ?? undefined,
    updatedAt: row.updated_at.getTime(),
  }
}

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

/** A change as one record of `jsonb_to_recordset`; what is undefined is left as it is. */
export function toRecord({ id, from, token, set, updatedAt }: ShotChange): Record<string, unknown> {
  return {
    id,
    from,
    token,
    state: set.state,
    attempts: set.attempts,
    last_attempts: set.lastAttempts,
    lane: set.lane,
    landed_at: iso(set.landedAt),
    done_at: iso(set.doneAt),
    verified_at: iso(set.verifiedAt),
    stop_reason: set.stopReason,
    draining_at: iso(set.drainingAt),
    detail: set.detail,
    effect: set.effect,
    updated_at: iso(updatedAt),
  }
}

/** A new shot as one record of `jsonb_to_recordset`. */
export function toNewRecord(shot: ShotRow): Record<string, unknown> {
  return {
    id: shot.id,
    action_id: shot.actionId,
    cluster_id: shot.clusterId,
    step: shot.step,
    step_kind: shot.stepKind,
    wave: shot.wave,
    state: shot.state,
    write: shot.write,
    saved: shot.saved,
    undo: shot.undo,
    fuse_at: iso(shot.fuseAt),
    expires_at: iso(shot.expiresAt),
    detail: shot.detail,
    updated_at: iso(shot.updatedAt),
  }
}

/** Writes all new shots in one statement; $1 is the records. */
export const INSERT_SHOTS = `
  INSERT INTO shot (id, action_id, cluster_id, step, step_kind, wave, state, write, saved, undo, fuse_at, expires_at,
    detail, updated_at)
  SELECT id, action_id, cluster_id, step, step_kind, wave, state, write, saved, undo, fuse_at, expires_at, detail,
    updated_at
  FROM jsonb_to_recordset($1::jsonb) AS r(
    id text, action_id text, cluster_id text, step int, step_kind text, wave int, state text, write jsonb, saved jsonb,
    undo jsonb, fuse_at timestamptz, expires_at timestamptz, detail text, updated_at timestamptz)`

/** Applies many conditional changes in one statement and returns the ids of those that applied; $1 is the records. */
export const CHANGE_SHOTS = `
  UPDATE shot AS s SET
    state = COALESCE(c.state, s.state), attempts = COALESCE(c.attempts, s.attempts),
    last_attempts = COALESCE(c.last_attempts, s.last_attempts), lane = COALESCE(c.lane, s.lane),
    landed_at = COALESCE(c.landed_at, s.landed_at), done_at = COALESCE(c.done_at, s.done_at),
    verified_at = COALESCE(c.verified_at, s.verified_at), stop_reason = COALESCE(c.stop_reason, s.stop_reason),
    draining_at = COALESCE(c.draining_at, s.draining_at), detail = COALESCE(c.detail, s.detail),
    effect = COALESCE(c.effect, s.effect), updated_at = c.updated_at
  FROM jsonb_to_recordset($1::jsonb) AS c(
    id text, "from" jsonb, token int, state text, attempts int, last_attempts jsonb, lane text, landed_at timestamptz,
    done_at timestamptz, verified_at timestamptz, stop_reason text, draining_at timestamptz, detail text, effect jsonb,
    updated_at timestamptz)
  WHERE s.id = c.id AND c."from" @> to_jsonb(s.state) AND (c.token IS NULL OR s.token = c.token)
  RETURNING s.id`

/**
 * Takes shots whose owner's lease has lapsed by the database's clock, and the claimer's own that it does not hold;
 * armed ones become trying, but not while their action is paused. $1 owner, $2 limit, $3 the product's time, $4 held.
 */
export const CLAIM_SHOTS = `
  UPDATE shot SET
    state = CASE state WHEN 'armed' THEN 'trying' ELSE state END,
    owner = $1, token = token + 1, claimed_at = $3::timestamptz, updated_at = $3::timestamptz
  WHERE id IN (
    SELECT s.id FROM shot s LEFT JOIN lander l ON l.id = s.owner
    WHERE s.state IN ('armed', 'trying', 'draining')
      AND (l.id IS NULL OR l.lease_until < now() OR (s.owner = $1 AND s.id <> ALL($4::text[])))
      AND (s.state <> 'armed'
        OR NOT EXISTS (SELECT FROM action a WHERE a.id = s.action_id AND a.pause IS NOT NULL))
    ORDER BY s.fuse_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED)
  RETURNING ${SHOT_COLUMNS}`
