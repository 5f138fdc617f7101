const SERVER_SET = ['uid', 'resourceVersion', 'managedFields', 'creationTimestamp', 'generation', 'selfLink']

/**
 * An object as it can be created again: without what the server sets. A resourceVersion passes the dry run and then
 * fails the real POST (measured on kube-apiserver 1.20.2). Owners are kept only if they cannot be gone: a dangling
 * ownerReference would have the new object collected at once.
 */
export function savedObject(
  object: Record<string, unknown>,
  apiVersion: string,
  kind: string,
): Record<string, unknown> {
  const { status: _status, metadata, ...rest } = structuredClone(object)
  const kept = Object.fromEntries(
    Object.entries(asRecord(metadata)).filter(
      ([key]) =>
        !SERVER_SET.includes(key) &&
        !['ownerReferences', 'deletionTimestamp', 'deletionGracePeriodSeconds'].includes(key),
    ),
  )
  return { ...rest, apiVersion, kind, metadata: kept }
}

/** The value as a record, empty when it is none. */
export function asRecord(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

/** String members only. */
export function asStrings(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asRecord(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
