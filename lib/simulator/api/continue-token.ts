import { badRequest, StatusError } from './status'

/** Where a paged list goes on. */
export interface ContinueToken {
  revision: number
  offset: number
  /** Epoch ms of the first page's answer. */
  at: number
}

/** etcd's history is compacted every five minutes; a list cannot go on from before that. */
const LIFETIME_MS = 300_000

export function sealContinue({ revision, offset, at }: ContinueToken): string {
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: `${offset}`, at }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

/** @throws {StatusError} 400 when it is not one of ours, 410 when it is too old */
export function openContinue(text: string | null, now: number): ContinueToken | undefined {
  if (!text) return undefined
  let token: { rv?: unknown; start?: unknown; at?: unknown }
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw badRequest('continue key is not valid: illegal base64 data or JSON')
  }
  const [revision, offset, at] = [Number(token?.rv), Number(token?.start), Number(token?.at)]
  if (![revision, offset, at].every(Number.isInteger) || offset < 0)
    throw badRequest('continue key is not valid: unexpected content')
  if (now - at > LIFETIME_MS) {
    throw new StatusError(
      410,
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      'Expired',
    )
  }
  return { revision, offset, at }
}
