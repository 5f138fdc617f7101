import { namesCaller } from './caller'
import type { BindingSnapshot } from './ports'
import { asRecord, savedObject } from './saved-object'
import { targetText } from './target-text'
import type { CallerTarget, PlannedStep } from './types'
import { bindingPath } from './workload-paths'

const RBAC = 'rbac.authorization.k8s.io/v1'

/**
 * Takes a caller's rights away through one binding: the whole binding when it names nobody else, otherwise only this
 * subject, guarded by a `test` of all subjects. Callers then see 403 within a second or two.
 */
export function revokeStep(binding: BindingSnapshot, caller: CallerTarget): PlannedStep | undefined {
  const subjects = Array.isArray(binding.object.subjects) ? binding.object.subjects.map(asRecord) : []
  const others = subjects.filter(subject => !namesCaller(subject, caller, binding.namespace))
  if (others.length === subjects.length) return undefined
  const path = bindingPath(binding.name, binding.namespace)
  const object = { kind: binding.kind, namespace: binding.namespace, name: binding.name, uid: binding.uid }
  const where = binding.namespace === undefined ? binding.name : `${binding.namespace}/${binding.name}`
  const saved = savedObject(binding.object, RBAC, binding.kind)
  if (others.length === 0) {
    return {
      kind: 'revoke-rights',
      text: `Delete ${binding.kind} ${where}, which names only ${targetText(caller)} (uid ${binding.uid})`,
      object,
      write: { method: 'DELETE', path, body: deleteOptions(binding.uid), guard: 'uid' },
      saved,
      undo: {
        method: 'POST',
        path: bindingPath(undefined, binding.namespace),
        body: saved,
        guard: 'created',
      },
      undoText: `Create ${binding.kind} ${where} again`,
    }
  }
  return {
    kind: 'revoke-rights',
    text: `Take ${targetText(caller)} out of ${binding.kind} ${where}; ${others.length} other subjects stay`,
    object,
    write: replaceSubjects(path, binding.uid, subjects, others),
    saved,
    undo: replaceSubjects(path, binding.uid, others, subjects),
    undoText: `Put ${targetText(caller)} back into ${binding.kind} ${where}`,
  }
}

/** DeleteOptions that touch exactly the object that was planned for. */
export function deleteOptions(uid: string): Record<string, unknown> {
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: { uid },
    propagationPolicy: 'Background',
  }
}

function replaceSubjects(path: string, uid: string, from: unknown[], to: unknown[]): PlannedStep['write'] {
  return {
    method: 'PATCH',
    path,
    contentType: 'application/json-patch+json',
    body: [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/subjects', value: from },
      { op: 'replace', path: '/subjects', value: to },
    ],
    guard: 'test',
  }
}
