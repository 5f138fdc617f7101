import { z } from 'zod'
import { actionKind, actionSummaryDto, guardDto } from './actions'
import { isoTime } from './time'

const partBase = {
  id: z.string(),
  /** Workstreams go on side by side; parts of one come in order. */
  stream: z.string(),
  title: z.string(),
  why: z.string().nullable(),
  does: z.union([actionKind, z.literal('undo')]),
  /** ready: applies and can be planned; waits: for another part; left-out: does not apply; planned: has an action. */
  standing: z.enum(['ready', 'waits', 'left-out', 'planned']),
  /** Why not, or what for, in words. */
  text: z.string(),
}

export const playDto = z.object({
  id: z.string(),
  title: z.string(),
  why: z.string().nullable(),
  /** Whether it came with Holdfast, or is declared in holdfast.yaml. */
  shipped: z.boolean(),
  /** Why it is not offered now; null while the fleet is in the state that it is for. */
  missing: z.string().nullable(),
  parts: z.array(z.object(partBase)),
})
export type PlayDto = z.infer<typeof playDto>

export const playRunPartDto = z.object({
  ...partBase,
  /** What the newest plan came to when it was made. */
  plan: z
    .object({
      digest: z.string(),
      clusters: z.number().int(),
      nodes: z.number().int(),
      leftOut: z.number().int(),
      guards: z.array(guardDto),
    })
    .nullable(),
  /** Why its plan could not be made, at the last try. */
  problem: z.string().nullable(),
  /** The part's newest action, as it stands. Of a part that takes an action back: that action. */
  action: actionSummaryDto.nullable(),
})
export type PlayRunPartDto = z.infer<typeof playRunPartDto>

export const playRunDto = z.object({
  id: z.string(),
  playId: z.string(),
  title: z.string(),
  state: z.enum(['open', 'ended']),
  by: z.string(),
  reason: z.string(),
  startedAt: isoTime,
  endedBy: z.string().nullable(),
  endedAt: isoTime.nullable(),
  parts: z.array(playRunPartDto),
})
export type PlayRunDto = z.infer<typeof playRunDto>

/** `GET /api/v1/plays` */
export const playsDto = z.object({
  plays: z.array(playDto),
  /** Those under way first, then the newest. */
  runs: z.array(playRunDto),
})
export type PlaysDto = z.infer<typeof playsDto>

/** `POST /api/v1/plays/{id}/start` */
export const playStartPost = z.strictObject({
  /** Goes into every plan; each confirmation still needs one of its own. */
  reason: z.string().trim().max(2_000).default(''),
})
export type PlayStartPost = z.infer<typeof playStartPost>

/** `POST /api/v1/play-runs/{id}/plan` */
export const playPartPost = z.strictObject({ part: z.string().min(1).max(64) })
export type PlayPartPost = z.infer<typeof playPartPost>
