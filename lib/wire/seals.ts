import { z } from 'zod'
import { workloadRef } from './action-request'
import { isoTime } from './time'

/** With `POST /api/v1/changes`: a removal or roll-back that a second person approves ahead. */
export const sealedPost = z.strictObject({
  does: z.enum(['remove-service', 'roll-back-workload']).default('remove-service'),
  /** Until when it can be used, in real time. */
  hours: z.int().min(1).max(168).default(24),
  /** Most nodes of its clusters together. Default: a quarter more than they have now. */
  maxNodes: z.int().min(1).max(10_000_000).optional(),
  reason: z.string().trim().min(8, 'must be a sentence of 8 characters or more').max(2_000),
})

export const sealDto = z.object({
  id: z.string(),
  state: z.enum(['prepared', 'approved', 'declined', 'withdrawn', 'used', 'expired']),
  does: z.enum(['remove-service', 'roll-back-workload']),
  target: workloadRef,
  version: z.string().nullable(),
  /** Ids of the clusters that were approved; nowhere else does it act. */
  clusterIds: z.array(z.string()),
  maxNodes: z.number().int().nullable(),
  /** Clusters that were approved and carry it now, and others that carry it. */
  within: z.number().int(),
  outside: z.number().int(),
  digest: z.string(),
  changeId: z.string(),
  reason: z.string(),
  preparedBy: z.string(),
  preparedAt: isoTime,
  expiresAt: isoTime,
  answer: z.object({ by: z.string(), at: isoTime, reason: z.string() }).nullable(),
  used: z.object({ by: z.string(), at: isoTime, actionId: z.string() }).nullable(),
})
export type SealDto = z.infer<typeof sealDto>

/** `GET /api/v1/seals` */
export const sealsDto = z.object({ seals: z.array(sealDto) })

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of the seal')
/** `POST /api/v1/seals/{id}/approve` */
export const sealApprovePost = z.strictObject({ digest, reason: z.string().trim().max(2_000).default('') })
export type SealApprovePost = z.infer<typeof sealApprovePost>

/** `POST /api/v1/seals/{id}/withdraw` */
export const sealWithdrawPost = z.strictObject({
  reason: z.string().trim().min(8, 'must be a sentence of 8 characters or more').max(2_000),
})
export type SealWithdrawPost = z.infer<typeof sealWithdrawPost>

/** `POST /api/v1/seals/{id}/arm` */
export const sealArmPost = z.strictObject({ digest })
export type SealArmPost = z.infer<typeof sealArmPost>
