import { z } from 'zod'
import { controlPlaneState } from './fleet'
import { sealedPost } from './seals'
import { isoTime } from './time'

export const evidenceDto = z.object({
  kind: z.enum(['time', 'space', 'caller', 'scaling', 'age', 'pipeline']),
  text: z.string(),
  figure: z.string(),
  score: z.number(),
})
export type EvidenceDto = z.infer<typeof evidenceDto>

export const scalingLawDto = z.object({
  exponent: z.number(),
  standardError: z.number(),
  r2: z.number(),
  clusters: z.number().int(),
  criticalNodes: z.number().nullable(),
  lnA: z.number(),
  unit: z.enum(['cores', 'capacity']),
  points: z.array(
    z.object({ clusterId: z.string(), nodes: z.number(), load: z.number(), state: controlPlaneState }),
  ),
})
export type ScalingLawDto = z.infer<typeof scalingLawDto>

export const suspectDto = z.object({
  id: z.string(),
  rank: z.number().int(),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  serviceAccount: z.string().nullable(),
  score: z.number(),
  evidence: z.array(evidenceDto),
  scaling: scalingLawDto.nullable(),
  rollout: z.object({
    firstAt: isoTime,
    lastAt: isoTime,
    reached: z.number().int(),
    total: z.number().int(),
    stillRolling: z.boolean(),
    atRisk: z.number().int(),
    expectedEndAt: isoTime.nullable(),
  }),
})
export type SuspectDto = z.infer<typeof suspectDto>

/** `GET /api/v1/suspects` */
export const suspectsDto = z.object({
  at: isoTime,
  suspects: z.array(suspectDto),
  considered: z.number().int(),
  ruledOut: z.number().int(),
  verdict: z.string(),
})
export type SuspectsDto = z.infer<typeof suspectsDto>

/** `POST /api/v1/changes`: a pipeline tells of a change on some clusters. */
export const changePost = z.strictObject({
  kind: z.string().min(1).max(63),
  namespace: z.string().max(253).default(''),
  name: z.string().min(1).max(253),
  version: z.string().max(128).optional(),
  /** Cluster ids or names; empty or absent = not known. */
  clusters: z.array(z.string().max(253)).max(10_000).default([]),
  at: isoTime.optional(),
  note: z.string().max(2_000).optional(),
  url: z.url().max(2_000).optional(),
  /** Prepares how it would be taken back, for a second person to approve ahead. */
  sealed: sealedPost.optional(),
})
export type ChangePost = z.infer<typeof changePost>

export const changeDto = changePost.omit({ sealed: true }).extend({
  id: z.string(),
  at: isoTime,
  by: z.string(),
  /** Names that matched no cluster; kept as said. */
  unknownClusters: z.array(z.string()),
  /** The seal that was prepared with it; only in the answer to the registration. */
  sealId: z.string().optional(),
})
export type ChangeDto = z.infer<typeof changeDto>

export const changesDto = z.object({ changes: z.array(changeDto) })
