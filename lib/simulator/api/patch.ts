import { asArray, asObject, asString } from '../objects/json'
import type { Json, JsonObject } from '../objects/types'
import { badRequest, StatusError } from './status'

/** What strategic merge does with lists: merged by a key, or as a set; others are replaced. */
const MERGE_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  ownerReferences: ['uid'],
  imagePullSecrets: ['name'],
}
const SET_LISTS = new Set(['finalizers'])

const cannotApply = () =>
  new StatusError(422, 'the server rejected our request due to an error in our request', 'Invalid', {})

/** RFC 6902. @throws {StatusError} 400 for what is no patch, 422 for one that does not apply */
export function jsonPatch(target: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch))
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  let result: Json = structuredClone(target) as Json
  for (const step of patch) {
    const { op, path, from, value } = asObject(step)
    if (typeof path !== 'string') throw cannotApply()
    if (op === 'test') {
      // What is absent equals null, if only what it would be in is there (evanphx/json-patch).
      if (!sameJson(fieldAt(result, path) ?? null, value ?? null)) throw cannotApply()
    } else if (op === 'add' || op === 'replace')
      result = change(result, path, value ?? null, op === 'replace')
    else if (op === 'remove') result = remove(result, path)
    else if (op === 'move' || op === 'copy') {
      const moved = structuredClone(valueAt(result, asString(from))) ?? null
      if (op === 'move') result = remove(result, asString(from))
      result = change(result, path, moved, false)
    } else throw cannotApply()
  }
  return asObject(result)
}

const segments = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))

function valueAt(root: Json, path: string): Json | undefined {
  let at: Json | undefined = root
  for (const part of segments(path)) {
    if (Array.isArray(at)) at = at[Number(part)]
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, part)) at = at[part]
    else throw cannotApply()
  }
  return at
}

/** As `valueAt`, but undefined when an object has no such field. */
function fieldAt(root: Json, path: string): Json | undefined {
  if (path === '') return root
  const { parent, key } = parentOf(root, path)
  if (Array.isArray(parent)) return parent[Number(key)]
  return Object.hasOwn(parent, key) ? parent[key] : undefined
}

function parentOf(root: Json, path: string): { parent: Json[] | JsonObject; key: string } {
  const parts = segments(path)
  const key = parts.pop() ?? ''
  const parent = valueAt(
    root,
    parts.map(part => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  )
  if (typeof parent !== 'object' || parent === null) throw cannotApply()
  return { parent, key }
}

function change(root: Json, path: string, value: Json, mustExist: boolean): Json {
  if (path === '') return value
  const { parent, key } = parentOf(root, path)
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key)
    if (!Number.isInteger(index) || index < 0 || index > parent.length - (mustExist ? 1 : 0))
      throw cannotApply()
    parent.splice(index, mustExist ? 1 : 0, value)
  } else {
    // A field that is not there is replaced all the same.
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })
  }
  return root
}

function remove(root: Json, path: string): Json {
  const { parent, key } = parentOf(root, path)
  if (Array.isArray(parent)) {
    const index = Number(key)
    if (!Number.isInteger(index) || index < 0 || index >= parent.length) throw cannotApply()
    parent.splice(index, 1)
  } else {
    if (!Object.hasOwn(parent, key)) throw cannotApply()
    delete parent[key]
  }
  return root
}

/** RFC 7386: null removes, objects merge, all else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else if (isObject(value)) result[key] = mergePatch(asObject(result[key]), value)
    else result[key] = value
  }
  return result
}

/** Strategic merge as far as workloads and metadata need it: lists of known names merge by their keys. */
export function strategicMergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  if (patch.$patch === 'replace') return withoutDirective(patch)
  const result: JsonObject = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    if (value === null) delete result[key]
    else if (isObject(value)) result[key] = strategicMergePatch(asObject(result[key]), value)
    else if (Array.isArray(value)) result[key] = mergeList(key, asArray(result[key]), value)
    else result[key] = value
  }
  return result
}

function mergeList(name: string, target: Json[], patch: Json[]): Json[] {
  if (SET_LISTS.has(name)) return [...new Set([...target, ...patch])]
  const keys = MERGE_KEYS[name]
  if (!keys) return patch
  let result = [...target]
  for (const item of patch) {
    const given = asObject(item)
    const key = keys.find(candidate => given[candidate] !== undefined)
    if (!key) throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${keys[0]}`)
    const same = (other: Json) => asObject(other)[key] === given[key]
    if (given.$patch === 'delete') result = result.filter(other => !same(other))
    else if (result.some(same))
      result = result.map(other => (same(other) ? strategicMergePatch(asObject(other), given) : other))
    else result.push(withoutDirective(given))
  }
  return result
}

function withoutDirective(value: JsonObject): JsonObject {
  const { $patch: _directive, ...rest } = value
  return rest
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Equality of JSON values, whatever the order of keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, i) => sameJson(value, b[i]))
    )
  }
  const keys = Object.keys(a).filter(key => a[key] !== undefined)
  const others = Object.keys(b).filter(key => b[key] !== undefined)
  return keys.length === others.length && keys.every(key => sameJson(a[key], b[key]))
}
