/**
 * A copy that JSON and PostgreSQL give back unchanged: without `undefined`, and with NUL and halves of surrogate
 * pairs replaced, both of which can come in strings from clusters and neither of which a jsonb column keeps.
 */
export function storableJson<T>(value: T): T {
  return storable(value) as T
}

/** The same for one string. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd')
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(item => storable(item ?? null))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [storableText(key), storable(member)]),
  )
}
