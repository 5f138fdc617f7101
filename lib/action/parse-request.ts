import { z } from 'zod'
import { HoldfastError } from '../errors'
import { type ActionPost, actionPost } from '../wire/action-request'
import type { ActionRequest } from './types'

/**
 * A request from outside, checked in every field; unknown fields are refused rather than ignored.
 * @throws HoldfastError `invalid-input` that names the field
 */
export function parseActionRequest(value: unknown): ActionRequest {
  const parsed = actionPost.safeParse(value)
  if (parsed.success) return named(parsed.data)
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

/** What is in nobody's memory: why it cannot be told which clusters are meant. */
const UNSEEN: Partial<Record<ActionRequest['target']['kind'], string>> = {
  User: 'Which clusters a User calls cannot be known from outside.',
  Group: 'Which clusters a Group calls cannot be known from outside.',
  Nodes: 'Labels of nodes are not kept, so it cannot be known which clusters have such nodes.',
  Scalable: 'Objects of such kinds are not kept, so it cannot be known which clusters have this one.',
  HTTPRoute: 'Routes are not kept, so it cannot be known which clusters have this one.',
}

function named(given: ActionPost): ActionRequest {
  const why = UNSEEN[given.target.kind]
  if (why && !given.clusterIds?.length)
    throw new HoldfastError('invalid-input', why, { where: '$.clusterIds', hint: 'Name the clusters.' })
  return given
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
