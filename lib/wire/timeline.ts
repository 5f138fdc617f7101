import { z } from 'zod'
import { isoTime } from './time'

export const timelineEntryDto = z.object({
  id: z.string(),
  at: isoTime,
  kind: z.enum(['state', 'fuse', 'suspect', 'action', 'note', 'change', 'system']),
  severity: z.enum(['info', 'warn', 'critical']),
  text: z.string(),
  clusterId: z.string().nullable(),
  actionId: z.string().nullable(),
  by: z.string(),
})
export type TimelineEntryDto = z.infer<typeof timelineEntryDto>

/** `POST /api/v1/timeline`: a person's note. */
/** `POST /api/v1/incident`: a person says that there is one, and how grave. */
export const incidentPost = z.strictObject({
  severity: z.enum(['SEV1', 'SEV2', 'SEV3']),
  title: z.string().trim().min(8).max(200),
})
export type IncidentPost = z.infer<typeof incidentPost>

export const notePost = z.strictObject({ text: z.string().trim().min(1).max(2_000) })
