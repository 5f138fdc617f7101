import type { ActionRequest } from './types'

/** `DaemonSet observability/telemetry-collector`, `User jane`. */
export function targetText({ kind, namespace, name }: ActionRequest['target']): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}
