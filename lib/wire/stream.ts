import { z } from 'zod'
import { actionSummaryDto } from './actions'
import { fleetClusterDto, fleetDto } from './fleet'
import { fusesDto } from './fuses'
import { suspectsDto } from './suspects'
import { clockDto, simulationDto } from './time'
import { incidentPost, timelineEntryDto } from './timeline'

/** Trouble of Holdfast itself that people must see, e.g. the database is away. */
export const noticeDto = z.object({
  code: z.string(),
  severity: z.enum(['warn', 'critical']),
  text: z.string(),
  /** The action it is about. */
  actionId: z.string().optional(),
})
export type NoticeDto = z.infer<typeof noticeDto>

/** The whole war room; the first event of every stream, and `GET /api/v1/war-room`. */
export const warRoomDto = z.object({
  /** Grows with every event of this process. */
  seq: z.number().int(),
  /** New with every start of the process: a different value makes older sequence numbers void. */
  epoch: z.string(),
  clock: clockDto,
  simulation: simulationDto.nullable(),
  fleet: fleetDto,
  fuses: fusesDto,
  suspects: suspectsDto,
  actions: z.array(actionSummaryDto),
  /** Newest first, at most 200. */
  timeline: z.array(timelineEntryDto),
  notices: z.array(noticeDto),
  /** Who froze all actions, and when; null while they may be armed. */
  frozen: z.object({ by: z.string(), at: z.iso.datetime() }).nullable(),
  /** The first cluster's distress that opened the current incident; null when all is calm. */
  incident: z
    .object({
      severity: incidentPost.shape.severity,
      title: z.string(),
      since: z.iso.datetime(),
      /** Who declared it; null where only the clusters tell. */
      declaredBy: z.string().nullable(),
    })
    .nullable(),
})
export type WarRoomDto = z.infer<typeof warRoomDto>

/** What changed since `seq - 1`; absent parts did not change. */
export const deltaDto = z.object({
  seq: z.number().int(),
  epoch: z.string(),
  at: z.iso.datetime(),
  clock: clockDto.optional(),
  simulation: simulationDto.nullable().optional(),
  clusters: z.array(fleetClusterDto).optional(),
  fuses: fusesDto.optional(),
  suspects: suspectsDto.optional(),
  actions: z.array(actionSummaryDto).optional(),
  /** New entries, newest first. */
  timeline: z.array(timelineEntryDto).optional(),
  notices: z.array(noticeDto).optional(),
  frozen: warRoomDto.shape.frozen.optional(),
  incident: warRoomDto.shape.incident.optional(),
})
export type DeltaDto = z.infer<typeof deltaDto>
