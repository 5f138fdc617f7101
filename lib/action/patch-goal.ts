import { isDeepStrictEqual } from 'node:util'
import { asRecord } from './saved-object'

/** Whether the object already is as the operations of a JSON patch (RFC 6902) want it; its tests do not count. */
export function patchGoalReached(patch: unknown, object: unknown): boolean {
  if (!Array.isArray(patch)) return false
  const goals = patch.map(asRecord).filter(operation => operation.op !== 'test')
  return goals.length > 0 && goals.every(goal => isSame(at(object, goal.path), goal.value))
}

/** A scale tells nought replicas by leaving the field out. */
const isSame = (found: unknown, wanted: unknown) =>
  isDeepStrictEqual(found, wanted) || (wanted === 0 && found === undefined)

/** What a JSON pointer (RFC 6901) leads to; undefined when nothing is there. */
function at(object: unknown, path: unknown): unknown {
  const keys = String(path).split('/').slice(1)
  return keys.reduce<unknown>(
    (value, key) => asRecord(value)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    object,
  )
}
