import { z } from 'zod'
import { isoTime } from './time'

export const auditEntryDto = z.object({
  seq: z.number().int(),
  at: isoTime,
  actor: z.string(),
  verb: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  prevHash: z.string(),
  hash: z.string(),
})
export type AuditEntryDto = z.infer<typeof auditEntryDto>

/** `GET /api/v1/audit?before=SEQ&limit=N`, newest first. */
export const auditDto = z.object({
  entries: z.array(auditEntryDto),
  /** Result of checking the chain over the entries shown and everything before them. */
  intact: z.boolean(),
  brokenAt: z.number().int().nullable(),
  total: z.number().int(),
})
export type AuditDto = z.infer<typeof auditDto>
