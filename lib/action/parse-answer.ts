import { z } from 'zod'
import { HoldfastError } from '../errors'

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of the plan')
const words = z.string().trim().min(8, 'must be a sentence of 8 characters or more').max(2_000)

const answers = {
  approval: z.strictObject({ digest, reason: z.string().max(2_000).default('') }),
  override: z.strictObject({ digest, guard: z.literal('approval.second-person'), reason: words }),
  refusal: z.strictObject({ reason: words }),
  review: z.strictObject({ note: words }),
}
export type ApprovalAnswer = z.infer<typeof answers.approval>
export type Override = z.infer<typeof answers.override>

/** What somebody answers to a question about an action. @throws HoldfastError `invalid-input` that names the field */
export function parseAnswer<K extends keyof typeof answers>(
  kind: K,
  value: unknown,
): z.infer<(typeof answers)[K]> {
  const parsed = answers[kind].safeParse(value)
  // Each member is checked against its own schema; the union of their outputs cannot say so.
  if (parsed.success) return parsed.data as z.infer<(typeof answers)[K]>
  const issue = parsed.error.issues[0]
  throw new HoldfastError(
    'invalid-input',
    `The ${kind} cannot be read: ${issue?.message ?? 'not an object'}.`,
    { where: `$.${issue?.path.join('.') ?? ''}` },
  )
}
