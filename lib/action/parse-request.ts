import { z } from 'zod'
import { HoldfastError } from '../errors'
import type { ActionRequest } from './types'

/** RFC 1123, as Kubernetes has it: a label for namespaces, labels with dots for names. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

const MAX_CLUSTERS = 5_000

const request = z.strictObject({
  kind: z.literal('remove-service'),
  target: z.strictObject({
    kind: z.enum(['DaemonSet', 'Deployment', 'StatefulSet']),
    namespace: z.string().regex(label, 'is no name of a namespace'),
    name: z.string().regex(subdomain, 'is no name of an object'),
  }),
  clusterIds: z.array(z.string().min(1).max(256)).max(MAX_CLUSTERS).optional(),
  reason: z.string().max(2_000),
})

/**
 * A request from outside, checked in every field; unknown fields are refused rather than ignored.
 * @throws HoldfastError `invalid-input` that names the field
 */
export function parseActionRequest(value: unknown): ActionRequest {
  const parsed = request.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new HoldfastError(
    'invalid-input',
    `The action cannot be read: ${issue?.message ?? 'not an object'}.`,
    {
      where: `$.${issue?.path.join('.') ?? ''}`,
      hint: 'Give kind, target {kind, namespace, name}, a reason, and clusterIds where not every cluster is meant.',
    },
  )
}

const confirmation = z.strictObject({
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of the plan'),
  typedName: z.string().max(300),
  reason: z.string().max(2_000),
})

export type Confirmation = z.infer<typeof confirmation>

/** @throws HoldfastError `invalid-input` that names the field */
export function parseConfirmation(value: unknown): Confirmation {
  const parsed = confirmation.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new HoldfastError(
    'invalid-input',
    `The confirmation cannot be read: ${issue?.message ?? 'not an object'}.`,
    {
      where: `$.${issue?.path.join('.') ?? ''}`,
      hint: 'Give the digest of the plan, the typed name of the target, and a reason.',
    },
  )
}
