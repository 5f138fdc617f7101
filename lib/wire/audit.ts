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

/** `GET /api/v1/audit?before=SEQ&limit=N&actor=&action=&subject=&since=&until=`, newest first. */
export const auditDto = z.object({
  entries: z.array(auditEntryDto),
  /** Result of checking the whole chain. */
  intact: z.boolean(),
  brokenAt: z.number().int().nullable(),
  /** When the chain was checked: at most half a minute ago. */
  checkedAt: isoTime,
  total: z.number().int(),
})
export type AuditDto = z.infer<typeof auditDto>

/** `GET /api/v1/audit/verification`: the whole chain, checked when asked. */
export const auditChainDto = z.object({
  ok: z.boolean(),
  /** That fit, up to the first that does not. */
  entries: z.number().int(),
  /** Of the last entry; keep it elsewhere, since an end that was cut off shows no other way. */
  headHash: z.string().nullable(),
  brokenAt: z.number().int().nullable(),
  reason: z.string().nullable(),
  checkedAt: isoTime,
})
export type AuditChainDto = z.infer<typeof auditChainDto>
