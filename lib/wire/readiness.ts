import { z } from 'zod'
import { bandDto, dnsLoadDto } from './fuses'
import { isoTime } from './time'

/** Seconds that names outlive their control plane. */
const budget = {
  /** Until 5 % of the names in use have failed. */
  felt: bandDto,
  /** Until names are dry. */
  dry: bandDto,
}

const flagDto = z.object({ code: z.string(), severity: z.enum(['info', 'warn']), text: z.string() })

export const readinessClusterDto = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  products: z.array(z.string()),
  nodes: z.number().int().nullable(),
  /** `assumed` when no Corefile was read: what is shown then is the stock chain's. */
  basis: z.enum(['estimated', 'assumed']),
  ...budget,
  /** Lookups at a node cache, as its metrics tell; null while they are assumed. */
  traffic: z.object({ lookupsPerSecond: z.number(), names: z.number().int() }).nullable(),
  flags: z.array(flagDto),
  /** Ways in, and those of them that were not proven by a read and a dry-run write within 26 hours. */
  lanes: z.object({
    total: z.number().int(),
    unproven: z.array(z.object({ id: z.string(), title: z.string(), why: z.string() })),
  }),
})
export type ReadinessClusterDto = z.infer<typeof readinessClusterDto>

/** `GET /api/v1/readiness`: the shortest budget first. */
export const readinessDto = z.object({
  at: isoTime,
  /** What was asked for; null when nothing was. */
  minSurvivalSeconds: z.number().nullable(),
  clusters: z.array(readinessClusterDto),
})
export type ReadinessDto = z.infer<typeof readinessDto>

/** `GET /api/v1/clusters/{id}/readiness`: what would lengthen one cluster's budget: first what helps every lookup, the greatest gain first. */
export const clusterReadinessDto = readinessClusterDto.extend({
  at: isoTime,
  load: dnsLoadDto,
  changes: z.array(
    z.object({
      code: z.string(),
      title: z.string(),
      risk: z.string(),
      /**
       * Whose life it lengthens: every program's (`patient`), those that give up after 10 s (`hasty`), those on musl,
       * those on musl that ask for IPv4 alone, or that of the names in its diff.
       */
      helps: z.enum(['patient', 'hasty', 'musl', 'musl-ipv4', 'names']),
      gainSeconds: z.number(),
      /** Until names fail for those programs today. */
      before: bandDto,
      ...budget,
      /** Unified diffs of the Corefiles, the whole file where there was none, or a patch for pods. */
      diffs: z.array(z.object({ file: z.string(), diff: z.string() })),
    }),
  ),
})
export type ClusterReadinessDto = z.infer<typeof clusterReadinessDto>
