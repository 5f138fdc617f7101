import { z } from 'zod'
import { HoldfastError } from '@/lib/errors'

const name = z.string().min(1).max(253).optional()

/** The part of the fleet that a query names. */
export const fleetScopeQuery = z.strictObject({ cluster: name, product: name, region: name })

/** Reads a query. @throws HoldfastError naming the parameter that is wrong */
export function readQuery<T extends z.ZodType>(request: Request, schema: T, known: string): z.infer<T> {
  const parsed = schema.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new HoldfastError('invalid-input', issue?.message ?? 'The query is not valid.', {
    where: issue?.path.join('.') || 'query',
    hint: `Known: ${known}.`,
  })
}
