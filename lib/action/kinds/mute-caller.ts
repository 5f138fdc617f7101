import { SHOT_ANNOTATION } from '../classify-outcome'
import { asRecord } from '../saved-object'
import { targetText } from '../target-text'
import type { MuteCaller, PlannedStep, PlannedWrite } from '../types'
import { carriersOfCaller } from './find-carriers-of-caller'
import { aboutCaller } from './find-workload'
import { FLOW_CONTROL, type FlowControlVersion, flowControlVersion } from './flow-control-version'
import type { KindPlanner } from './kind-planner'
import { muteLevel, muteSchema } from './mute-objects'

/**
 * Priority and fairness turns the caller away with 429 before its requests cost more than TLS and authentication
 * (KEP-1040). Two writes: the level first, since a FlowSchema whose level is missing is accepted and does nothing.
 */
export const muteCaller: KindPlanner<MuteCaller> = {
  tier: 1,
  title: ({ target }) => `Mute ${target.name}`,
  carriers: (source, { target }) => carriersOfCaller(source, target),
  async resolve(look, { target, minutes }) {
    const found = await flowControlVersion(look)
    if (!found)
      return { leftOut: 'which flow control API it serves is not known: its version was never read' }
    const { version, asked } = found
    const mute = { name: muteName(target.name, look.planId), caller: target, version, minutes }
    return {
      steps: [
        createStep('create-level', muteLevel(mute), version, `which admits ${seats(version)}`),
        createStep('create-schema', muteSchema(mute), version, `which sends ${targetText(target)} there`),
      ],
      notes: notesOf(version),
      ...aboutCaller(look, target),
      seenAt: look.now(),
      why: asked ? undefined : `its version ${look.facts.version} tells the API: ${version}`,
    }
  },
  undoStatement: (_targets, { target, minutes }) =>
    `Undo lets ${targetText(target)} in again by deleting both objects. Holdfast does so by itself after ${minutes} min.`,
}

/** An own name for each plan, so that taking it back can mean nobody else's object. */
function muteName(caller: string, planId: string): string {
  const slug = caller
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
  return ['holdfast-mute', slug, planId.slice(0, 8)].filter(Boolean).join('-')
}

const RESOURCE = { 'create-level': 'prioritylevelconfigurations', 'create-schema': 'flowschemas' } as const

function createStep(
  kind: keyof typeof RESOURCE,
  object: Record<string, unknown>,
  version: FlowControlVersion,
  meaning: string,
): PlannedStep {
  const path = `/apis/${FLOW_CONTROL}/${version}/${RESOURCE[kind]}`
  const metadata = asRecord(object.metadata)
  const name = String(metadata.name)
  // The name is the plan's own, and so is the mark by which a repeat knows its work.
  const annotations = { ...asRecord(metadata.annotations), [SHOT_ANNOTATION]: name }
  const body = { ...object, metadata: { ...metadata, annotations } }
  const undo: PlannedWrite = { method: 'DELETE', path: `${path}/${name}`, guard: 'own-name' }
  return {
    kind,
    text: `Create ${object.kind} ${name}, ${meaning}`,
    object: { kind: String(object.kind), name },
    write: { method: 'POST', path, body, guard: 'created' },
    undo,
    undoText: `Delete ${object.kind} ${name}`,
  }
}

function seats(version: FlowControlVersion): string {
  return version === 'v1' ? 'nobody but one request at a time' : 'as few as this version can express: 1 share'
}

/** What leaks, as measured: nothing turns a caller away entirely. */
function notesOf(version: FlowControlVersion): string[] {
  return version === 'v1'
    ? ['One request of the caller at a time is still let through; the others are answered 429.']
    : [
        `Its API is ${version}, where nought shares cannot be said: 1 share may be some seats of a large server (3 were measured on 1.20), so some requests get through. Revoking rights is tighter there.`,
      ]
}
