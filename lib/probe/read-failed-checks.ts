const MAX_CHECKS = 20

/**
 * Names of the checks that failed, from the text of `/livez`, `/readyz` or their `?verbose` form:
 * `[-]etcd failed: reason withheld` (kubernetes/apiserver healthz).
 */
export function readFailedChecks(body: string): string[] {
  const names: string[] = []
  for (const line of body.slice(0, 16_384).split('\n')) {
    const name = /^\[-\]([^\s]{1,128})/.exec(line)?.[1]
    if (name && names.length < MAX_CHECKS) names.push(name)
  }
  return names
}
