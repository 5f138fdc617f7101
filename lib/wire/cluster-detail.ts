import { z } from 'zod'
import { fleetClusterDto } from './fleet'
import { clusterFuseDto, survivalPointDto } from './fuses'
import { isoTime } from './time'
import { timelineEntryDto } from './timeline'

/** One request of a proof; null before the first. */
const proofPartDto = z
  .object({ at: isoTime, ok: z.boolean(), latencyMs: z.number(), detail: z.string() })
  .nullable()

/** What a way in was last proven fit for, by a read and by writes as dry runs. */
const laneProofDto = z.object({
  /** Both went well within the last 26 hours. */
  proven: z.boolean(),
  /** Why it is not proven, in words; null when it is. */
  why: z.string().nullable(),
  read: proofPartDto,
  write: proofPartDto,
})
export type LaneProofDto = z.infer<typeof laneProofDto>

/** One way in: what was last heard over it, and its proof. */
export const laneDto = z.object({
  id: z.string(),
  kind: z.enum(['ordinary', 'exempt', 'direct']),
  title: z.string(),
  /** Name of the kubeconfig's context whose identity it uses. */
  context: z.string(),
  address: z.string(),
  /** open: answered; slow: answered late; refused, timed-out, not-admitted: as it says; unproven: never tried. */
  state: z.enum(['open', 'slow', 'refused', 'timed-out', 'not-admitted', 'unproven']),
  detail: z.string(),
  latencyMs: z.number().nullable(),
  at: isoTime.nullable(),
  proof: laneProofDto,
})
export type LaneDto = z.infer<typeof laneDto>

/** One API server's own signals over time (never an average over servers). Gaps are null. */
export const serverSeriesDto = z.object({
  server: z.string(),
  points: z.array(
    z.object({
      at: isoTime,
      /** Requests answered per second by outcome. */
      rejectedPerSecond: z.number().nullable(),
      inflight: z.number().nullable(),
      cores: z.number().nullable(),
      memoryBytes: z.number().nullable(),
      etcdMs: z.number().nullable(),
    }),
  ),
})
export type ServerSeriesDto = z.infer<typeof serverSeriesDto>

/** `GET /api/v1/clusters/{id}` */
export const clusterDetailDto = fleetClusterDto.extend({
  at: isoTime,
  lanes: z.array(laneDto),
  servers: z.array(serverSeriesDto),
  /** Latency of the canary and of the probes over time; null = no answer. */
  latency: z.array(
    z.object({
      at: isoTime,
      probe: z.enum(['livez', 'readyz', 'canary', 'exempt-canary']),
      ms: z.number().nullable(),
      outcome: z.string(),
    }),
  ),
  priorityLevels: z.array(
    z.object({
      name: z.string(),
      /** null = unlimited or not told. */
      limit: z.number().nullable(),
      executing: z.number().nullable(),
      queued: z.number().nullable(),
      rejected: z.number().nullable(),
    }),
  ),
  flowSchemas: z.array(
    z.object({
      name: z.string(),
      priorityLevel: z.string(),
      executing: z.number().nullable(),
      queued: z.number().nullable(),
      /** Share of all executing seats, 0–1. */
      share: z.number().nullable(),
    }),
  ),
  objects: z.record(z.string(), z.number()),
  /** Newest change first. */
  workloads: z.array(
    z.object({
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      version: z.string().nullable(),
      /** Of the first container. Like the pods told for DaemonSets only: the others are read as metadata. */
      image: z.string().nullable(),
      desiredPods: z.number().nullable(),
      readyPods: z.number().nullable(),
      createdAt: isoTime.nullable(),
      changedAt: isoTime.nullable(),
    }),
  ),
  /** How many are known, of which `workloads` has the newest; `truncated`: the cluster has more than were listed. */
  workloadsKnown: z.object({ total: z.number().int(), truncated: z.boolean() }),
  fuse: clusterFuseDto,
  curve: z.array(survivalPointDto),
  dnsChain: z.array(
    z.object({
      layer: z.string(),
      text: z.string(),
      state: z.enum(['ok', 'burning', 'lost', 'unknown']),
      figure: z.string(),
    }),
  ),
  dnsFlags: z.array(z.string()),
  timeline: z.array(timelineEntryDto),
  /** What watching this cluster costs it. */
  cost: z.object({ requestsPerMinute: z.number(), bytesPerMinute: z.number() }),
})
export type ClusterDetailDto = z.infer<typeof clusterDetailDto>
