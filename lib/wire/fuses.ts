import { z } from 'zod'
import { basis, dataPlaneState } from './fleet'
import { isoTime } from './time'

export const bandDto = z.object({ p10: z.number(), p50: z.number(), p90: z.number() })

export const survivalPointDto = bandDto.extend({ at: isoTime })
export type SurvivalPointDto = z.infer<typeof survivalPointDto>

export const clusterFuseDto = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  region: z.string(),
  products: z.array(z.string()),
  nodes: z.number().int().nullable(),
  state: dataPlaneState,
  apiLostAt: isoTime.nullable(),
  t0At: isoTime.nullable(),
  t0Basis: basis.nullable(),
  firstFailureAt: isoTime.nullable(),
  dryAt: isoTime.nullable(),
  dryEarliestAt: isoTime.nullable(),
  dryLatestAt: isoTime.nullable(),
  secondsLeft: z.number().nullable(),
  /** Shares of names still resolvable now, 0–1. */
  resolvable: bandDto,
  basis,
  notes: z.array(z.string()),
})
export type ClusterFuseDto = z.infer<typeof clusterFuseDto>

export const productFuseDto = z.object({
  product: z.string(),
  name: z.string(),
  burning: z.number().int(),
  dry: z.number().int(),
  /** When its first cluster goes dry; null when none burns. */
  firstDryAt: isoTime.nullable(),
})

/** `GET /api/v1/fuses` */
export const fusesDto = z.object({
  at: isoTime,
  burning: z.number().int(),
  dry: z.number().int(),
  fresh: z.number().int(),
  /** The next cluster to go dry, and the cliff behind it. */
  next: z
    .object({
      clusterId: z.string(),
      clusterName: z.string(),
      nodes: z.number().int().nullable(),
      dryAt: isoTime,
      /** How many more go dry by `moreBy`. */
      more: z.number().int(),
      moreBy: isoTime.nullable(),
    })
    .nullable(),
  /** First API lost, first T0 and all dry over the burning clusters. */
  apiLostAt: isoTime.nullable(),
  t0At: isoTime.nullable(),
  impactAt: isoTime.nullable(),
  allDryAt: isoTime.nullable(),
  /** Names still resolvable over the burning clusters, from −30 to +30 minutes. */
  curve: z.array(survivalPointDto),
  products: z.array(productFuseDto),
  clusters: z.array(clusterFuseDto),
})
export type FusesDto = z.infer<typeof fusesDto>
