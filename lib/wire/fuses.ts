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
  /** When half of the lookups fail. */
  halfAt: isoTime.nullable(),
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

const timeBand = z.object({ p10: isoTime, p50: isoTime, p90: isoTime })

/** A measured share with its uncertainty, and what had been predicted for it at T0; shares 0–1. */
export const measuredPointDto = z.object({
  /**
   * `names`: copies that node caches still hold, as read. `caches`: lookups that node caches still answer, by their own
   * counters. `live-path`: questions that only a living CoreDNS can answer.
   */
  of: z.enum(['names', 'caches', 'live-path']),
  at: isoTime,
  asked: z.number(),
  answered: z.number(),
  share: z.number(),
  /** 80 % sure to lie between. */
  low: z.number(),
  high: z.number(),
  predicted: bandDto,
})
export type MeasuredPointDto = z.infer<typeof measuredPointDto>

/** What was predicted when a cluster's T0 was seen, and what happened since. */
export const forecastDto = z.object({
  t0At: isoTime,
  /** When names renewed again; null while it burns. */
  endedAt: isoTime.nullable(),
  verdict: z.enum(['unmeasured', 'holds', 'too-hopeful', 'too-careful']),
  /** How much later (hopeful) or earlier (careful) the prediction reached what was measured last. */
  offBySeconds: z.number(),
  dryPredicted: timeBand,
  dryNow: timeBand,
  predicted: z.array(survivalPointDto),
  updated: z.array(survivalPointDto),
  measured: z.array(measuredPointDto),
})
export type ForecastDto = z.infer<typeof forecastDto>

/** Queries that reach CoreDNS as multiples of a quiet day's: once dry, and in the first second of its return. */
export const dnsLoadDto = z.object({
  onceDry: bandDto,
  onReturn: bandDto,
  /** Names that were refreshed together come again after so many seconds; 0 without a node cache. */
  echoSeconds: z.number(),
  /** Queries of the first wave; null when the number of nodes is not known. */
  firstWave: z.number().nullable(),
  /** How often names are asked for at one node cache: as its metrics told before, else assumed. */
  basis: z.enum(['measured', 'assumed']),
  lookupsPerSecond: z.number(),
  names: z.number().int(),
})
export type DnsLoadDto = z.infer<typeof dnsLoadDto>

/** More about the one cluster that was asked for. */
export const clusterOutlookDto = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  /** null until a probe has seen T0. */
  forecast: forecastDto.nullable(),
  load: dnsLoadDto,
  /** When programs begin to fail by how they resolve names, as predicted; null while the fuse is not lit. */
  programs: z.array(
    z.object({
      kind: z.enum(['patient', 'hasty', 'musl']),
      firstFailureAt: isoTime.nullable(),
      dryAt: isoTime.nullable(),
      firstFailureSeconds: z.number(),
      drySeconds: z.number(),
    }),
  ),
})
export type ClusterOutlookDto = z.infer<typeof clusterOutlookDto>

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
  /** Set when one cluster was asked for. */
  outlook: clusterOutlookDto.nullable(),
})
export type FusesDto = z.infer<typeof fusesDto>
