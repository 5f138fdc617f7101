import { z } from 'zod'
import { isoTime } from './time'

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of the plan')
const words = z.string().trim().min(8).max(2_000)

/** `POST /api/v1/actions/{id}/approve`: the second person, for exactly this digest. */
export const approvePost = z.strictObject({ digest, reason: z.string().max(2_000).optional() })
/** `POST /api/v1/actions/{id}/override`: one named guard, by a commander, when nobody answered. */
export const overridePost = z.strictObject({
  digest,
  guard: z.literal('approval.second-person'),
  reason: words,
})
/** `POST /api/v1/actions/{id}/decline`: by another, or by the one who asked. */
export const declinePost = z.strictObject({ reason: words })
/** `POST /api/v1/actions/{id}/review`: of an override, by another. */
export const reviewPost = z.strictObject({ note: words })

export type ApprovePost = z.input<typeof approvePost>
export type OverridePost = z.input<typeof overridePost>
export type DeclinePost = z.input<typeof declinePost>
export type ReviewPost = z.input<typeof reviewPost>

/** What a second person was asked, and what came of it; in people's time. */
export const approvalDto = z.object({
  askedBy: z.string(),
  askedAt: isoTime,
  reason: z.string(),
  /** From then on a commander may override. */
  overrideAt: isoTime,
  answer: z
    .object({
      kind: z.enum(['approved', 'overridden', 'declined', 'withdrawn']),
      by: z.string(),
      at: isoTime,
      reason: z.string(),
    })
    .nullable(),
  review: z.object({ by: z.string(), at: isoTime, note: z.string() }).nullable(),
})
export type ApprovalDto = z.infer<typeof approvalDto>
