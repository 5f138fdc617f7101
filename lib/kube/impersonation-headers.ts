import type { LaneUser } from '../fleet/types'

/** Headers that act as somebody else, from a kubeconfig's `as…` keys (client-go transport/round_trippers.go). */
export function impersonationHeaders(user: LaneUser): string[] {
  if (typeof user.as !== 'string' || user.as === '') return []
  const headers = ['impersonate-user', user.as]
  if (typeof user['as-uid'] === 'string') headers.push('impersonate-uid', user['as-uid'])
  for (const group of strings(user['as-groups'])) headers.push('impersonate-group', group)
  const extra = user['as-user-extra']
  if (typeof extra === 'object' && extra !== null) {
    for (const [key, values] of Object.entries(extra)) {
      for (const value of strings(values)) headers.push(`impersonate-extra-${escapeKey(key)}`, value)
    }
  }
  return headers
}

/** Header names take no `/` or `:`; the API server undoes percent-escapes. */
function escapeKey(key: string): string {
  return encodeURIComponent(key.toLowerCase()).replace(/[()]/g, char => `%${char.charCodeAt(0).toString(16)}`)
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}
