import type { AttemptResult, Classify } from './landing-terms'
import { patchGoalReached } from './patch-goal'
import { asRecord } from './saved-object'
import type { PlannedWrite } from './types'

type Guard = PlannedWrite['guard']

/** Annotation on objects that a shot creates, so that a repeat recognises its own work. */
export const SHOT_ANNOTATION = 'holdfast.dev/shot'

/**
 * How an answer to a write is read, by what guards the write. Whatever is not named here says nothing of the object:
 * the policy sends again, which is harmless, and the repeat is the read-back.
 * - `uid`, a DELETE with its uid: 404 is landed (gone, whoever did it), 409 is another object under the name.
 * - `created`, a POST of a fixed name: 409 needs one look whether the object is ours.
 * - `own-name`, a DELETE of a name that was made up for this plan: 404 is landed, nobody else's object can be meant.
 * - `test`, a JSON patch: 422 needs one look whether the goal is reached; 404 is gone; 409 is a race, send again.
 * - `selector`, a deletecollection: only 2xx says anything; it is not atomic.
 * - `eviction`, of a pod by its uid: 404 and another uid are landed (gone, whoever did it). 429 is a disruption budget's
 *   or a lane's: it is asked again either way.
 * - `actuator`, no request to an API server: only success says anything; repeats bear the shot's key.
 */
export function classifierFor(guard: Guard): Classify {
  return (status, result) => {
    if (status >= 200 && status < 300) return 'landed'
    // A 404 that no API server wrote comes from a proxy or a path not served yet: it says nothing of the object.
    const missing = status === 404 && saysStatus(result, 404)
    if (guard === 'uid') return missing ? 'landed' : status === 409 ? 'superseded' : null
    if (guard === 'own-name') return missing ? 'landed' : null
    if (guard === 'eviction') return missing || (status === 409 && namesUid(result)) ? 'landed' : null
    if (guard === 'created') return status === 409 ? 'read-back' : missing ? 'refused' : null
    if (guard === 'test') return status === 422 ? 'read-back' : missing ? 'superseded' : null
    return null
  }
}

/** Any answer of the API server about the object ends a look at it. */
export const classifyLook: Classify = (status, result) =>
  status === 200 || (status === 404 && saysStatus(result, 404)) ? 'landed' : null

/** Whether the body is a Status object of the API server with this code. */
function saysStatus(result: AttemptResult, code: number): boolean {
  const body = parse(result.body)
  return body.kind === 'Status' && (body.code === undefined || body.code === code)
}

/** A conflict about the uid, and not with another write at the same moment. */
function namesUid(result: AttemptResult): boolean {
  return /\buid\b/i.test(String(parse(result.body).message ?? ''))
}

/** What one look at the object says about a write that may or may not have taken effect. */
export function readLook(
  write: PlannedWrite,
  status: number,
  body: string,
): 'in-effect' | 'not-in-effect' | 'other-object' | 'unknown' {
  const object = parse(body)
  const metadata = asRecord(object.metadata)
  if (write.guard === 'actuator') {
    if (typeof object.inEffect !== 'boolean') return 'unknown'
    return object.inEffect ? 'in-effect' : 'not-in-effect'
  }
  if (write.guard === 'selector') {
    // An empty list of metadata comes as `items: null`.
    const isEmpty = object.items === null || (Array.isArray(object.items) && object.items.length === 0)
    return isEmpty ? 'in-effect' : 'not-in-effect'
  }
  if (write.guard === 'eviction') {
    const wanted = asRecord(asRecord(asRecord(write.body).deleteOptions).preconditions).uid
    const isGone = status === 404 || metadata.deletionTimestamp || metadata.uid !== wanted
    return isGone ? 'in-effect' : 'not-in-effect'
  }
  if (write.guard === 'uid') {
    if (status === 404 || metadata.deletionTimestamp) return 'in-effect'
    const wanted = asRecord(asRecord(write.body).preconditions).uid
    return metadata.uid === wanted ? 'not-in-effect' : 'other-object'
  }
  if (write.guard === 'own-name') {
    return status === 404 || metadata.deletionTimestamp ? 'in-effect' : 'not-in-effect'
  }
  if (write.guard === 'created') {
    if (status === 404) return 'not-in-effect'
    const ours = markOf(asRecord(write.body))
    return ours !== undefined && markOf(object) === ours ? 'in-effect' : 'other-object'
  }
  if (status === 404) return 'other-object'
  return patchGoalReached(write.body, object) ? 'in-effect' : 'not-in-effect'
}

/** Where to look: the object itself, or one pod of the selector. */
export function lookPath(write: PlannedWrite): string {
  if (write.guard === 'selector') return `${write.path}&limit=1`
  if (write.guard === 'eviction') return write.path.replace(/\/eviction$/, '')
  if (write.guard !== 'created') return write.path
  const name = asRecord(asRecord(write.body).metadata).name
  return `${write.path}/${encodeURIComponent(String(name))}`
}

function markOf(object: Record<string, unknown>): unknown {
  return asRecord(asRecord(object.metadata).annotations)[SHOT_ANNOTATION]
}

/** An answer that is no JSON says nothing of the object: empty. */
function parse(body: string | undefined): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(body ?? ''))
  } catch {
    return {}
  }
}
