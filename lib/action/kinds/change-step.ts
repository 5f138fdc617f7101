import type { WorkloadSnapshot } from '../ports'
import type { PlannedStep, PlannedWrite, StepKind } from '../types'
import { workloadPath } from '../workload-paths'

export type PatchOperation =
  | { op: 'test' | 'add' | 'replace'; path: string; value: unknown }
  | { op: 'remove'; path: string }

/** One field of a workload changed from what was seen to what is wanted, and back; undefined stands for its absence. */
export interface FieldChange {
  /** JSON pointer, e.g. `/spec/template/spec/nodeSelector`. */
  path: string
  from: unknown
  to: unknown
}

/** An object that was looked at, as far as a patch of it needs it. */
export interface SeenObject {
  kind: string
  namespace?: string
  name: string
  uid: string
  path: string
}

/**
 * A JSON patch (RFC 6902) of one object, tested by uid and by the value that was seen, so that it changes what was
 * planned for or nothing.
 * @param subresource `/scale`
 */
export function objectStep(
  kind: StepKind,
  object: SeenObject,
  change: FieldChange,
  words: { text: string; undoText: string },
  subresource = '',
): PlannedStep {
  const { uid, namespace, name } = object
  const path = `${object.path}${subresource}`
  return {
    kind,
    text: `${words.text} (uid ${uid})`,
    object: { kind: object.kind, namespace, name, uid },
    write: patchOf(path, uid, change),
    undo: patchOf(path, uid, { path: change.path, from: change.to, to: change.from }),
    undoText: words.undoText,
  }
}

/** The same for a workload. */
export function changeStep(
  workload: WorkloadSnapshot,
  change: FieldChange,
  words: { text: string; undoText: string },
  { subresource = '', kind = 'change-workload' }: { subresource?: string; kind?: StepKind } = {},
): PlannedStep {
  const path = workloadPath(workload.kind, workload.namespace, workload.name)
  return objectStep(kind, { ...workload, path }, change, words, subresource)
}

function patchOf(path: string, uid: string, change: FieldChange): PlannedWrite {
  const operations: PatchOperation[] = [{ op: 'test', path: '/metadata/uid', value: uid }]
  // What is absent cannot be tested for; a scale tells nought by leaving the field out.
  if (change.from !== undefined && change.from !== 0)
    operations.push({ op: 'test', path: change.path, value: change.from })
  operations.push(
    change.to === undefined
      ? { op: 'remove', path: change.path }
      : { op: 'add', path: change.path, value: change.to },
  )
  return {
    method: 'PATCH',
    path,
    contentType: 'application/json-patch+json',
    body: operations,
    guard: 'test',
  }
}
