import type { Json, JsonObject } from './types'

/** The value when it is an object, else an empty one: manifests of strangers are read with these. */
export function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

export function asArray(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

export function asString(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** The string values of an object. */
export function asStringMap(value: Json | undefined): Record<string, string> {
  const strings: Record<string, string> = {}
  for (const [key, entry] of Object.entries(asObject(value)))
    if (typeof entry === 'string') strings[key] = entry
  return strings
}
