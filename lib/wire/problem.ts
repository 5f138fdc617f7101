import { z } from 'zod'

/** RFC 9457 problem details as every failing API answer carries them. */
export const problemDto = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  code: z.string(),
  hint: z.string().optional(),
  where: z.string().optional(),
  blockedBy: z.array(z.object({ guard: z.string(), reason: z.string() })).optional(),
})
export type ProblemDto = z.infer<typeof problemDto>
