import { z } from 'zod'
import { actionPost, ownerRef, workloadRef } from '../wire/action-request'
import { controlPlaneState, dataPlaneState, likelyCause } from '../wire/fleet'

const id = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/, 'lower-case letters, digits and dashes')
const words = z.string().min(1).max(80)
const sentence = z.string().min(1).max(400)

const clusters = z
  .strictObject({
    states: z.array(controlPlaneState).min(1).optional().describe('State of the control plane'),
    cause: z.array(likelyCause).min(1).optional().describe('Where the trouble sits, as the evidence tells'),
    dataPlane: z.array(dataPlaneState).min(1).optional().describe('State of name resolution'),
  })
  .describe('Clusters that are in one of each list')

/** What must be true of the fleet. All of it must hold. */
const when = z
  .strictObject({
    incident: z.literal(true).optional().describe('An incident is open'),
    suspect: z.literal(true).optional().describe('A suspect leads the ranking'),
    clusters: clusters.optional().describe('At least one cluster is like this'),
  })
  .default({})

/** How far another part must have come. A part that does not apply holds nobody up. */
const after = z
  .record(id, z.enum(['landed', 'verified', 'calm']))
  .default({})
  .describe(
    'landed: admitted on every cluster that it reached; verified: its effect is proven; calm: those clusters are healthy again',
  )

/** Whom a part acts on: told by the incident, or an object by its name. */
const target = z.union([
  z.enum(['suspect', 'suspect-caller', 'suspect-owner', 'control-plane']),
  z.strictObject({ ownerOf: workloadRef }),
  z.strictObject({ actuatorFor: z.enum(['restrict-api-access', 'shift-traffic', 'scale-cluster']) }),
  z.strictObject({
    kind: z.string().max(63),
    namespace: z.string().max(63).optional(),
    resource: z.string().max(253).optional().describe('Of a Scalable: plural.version.group'),
    name: z.string().max(253),
  }),
])

const common = {
  id,
  stream: words.describe('The workstream that it belongs to; streams go on side by side'),
  title: words,
  why: sentence.optional().describe('What it is for, in a sentence'),
  when,
  after,
}
const kinds = actionPost.options.map(option => option.shape.kind.value)

const act = z.strictObject({
  ...common,
  does: z.enum(kinds as [(typeof kinds)[number], ...(typeof kinds)[number][]]),
  target,
  with: z
    .record(z.string().max(40), z.unknown())
    .default({})
    .describe('What the action takes besides: minutes, nodes, replicas, to and percent, input'),
  on: clusters
    .optional()
    .describe('Only on clusters like this. Default: every cluster that carries the target'),
})
const undo = z.strictObject({
  ...common,
  does: z.literal('undo'),
  part: id.describe('The part whose action is taken back'),
})

/** A named set of actions with their order and conditions. Every part is planned, guarded and confirmed by itself. */
export const playSchema = z
  .strictObject({
    id,
    title: words,
    why: sentence.optional().describe('When it is for, in a sentence'),
    when,
    parts: z
      .array(z.discriminatedUnion('does', [act, undo]))
      .min(1)
      .max(20),
  })
  .superRefine(({ parts }, context) => {
    const issue = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path: ['parts', ...path], message })
    const known = new Map(parts.map(part => [part.id, part]))
    parts.forEach((part, i) => {
      if (parts.findIndex(one => one.id === part.id) !== i)
        issue([i, 'id'], `there are two parts "${part.id}"`)
      for (const other of Object.keys(part.after)) {
        if (!known.has(other)) issue([i, 'after', other], `there is no part "${other}"`)
      }
      if (waitsForItself(part.id, known)) issue([i, 'after'], `"${part.id}" waits for itself in the end`)
      if (part.does === 'undo') {
        const undone = known.get(part.part)
        if (!undone || undone.does === 'undo')
          issue([i, 'part'], `there is no part "${part.part}" whose action could be taken back`)
      } else for (const [path, message] of requestProblems(part)) issue([i, ...path], message)
    })
  })

export type PlayConfig = z.output<typeof playSchema>
export type PlayPart = PlayConfig['parts'][number]
export type ActPart = Extract<PlayPart, { target: unknown }>
export type PlayTarget = ActPart['target']
export type ClusterFilter = z.output<typeof clusters>

function waitsForItself(start: string, parts: ReadonlyMap<string, PlayPart>): boolean {
  const seen = new Set<string>()
  const queue = Object.keys(parts.get(start)?.after ?? {})
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next === start) return true
    if (seen.has(next)) continue
    seen.add(next)
    queue.push(...Object.keys(parts.get(next)?.after ?? {}))
  }
  return false
}

const NAMED = { namespace: 'some', name: 'some' }
/** A target of every kind that a word of ours can come to; one of them must fit the action. */
function examples(target: PlayTarget): unknown[] {
  if (target === 'suspect') {
    return ['DaemonSet', 'Deployment', 'StatefulSet'].map(kind => ({ kind, ...NAMED }))
  }
  if (target === 'suspect-caller') return [{ kind: 'ServiceAccount', ...NAMED }]
  if (target === 'control-plane') return [{ kind: 'KubeadmControlPlane', ...NAMED }]
  if (target === 'suspect-owner' || 'ownerOf' in target) {
    return ownerRef.shape.kind.options.map(kind => ({ kind, ...NAMED }))
  }
  if ('actuatorFor' in target) return [{ kind: 'Actuator', name: 'some' }]
  return [target]
}

/** What is wrong with a part as an action: an unfit target, or something missing, with where it is. */
function requestProblems(part: ActPart): [PropertyKey[], string][] {
  const fixed = part.target === 'control-plane' ? { replicas: 3 } : {}
  const tries = examples(part.target).map(one =>
    actionPost.safeParse({ ...fixed, ...part.with, kind: part.does, target: one, clusterIds: ['some'] }),
  )
  const best = tries.find(one => one.success) ?? tries[0]
  if (!best || best.success) return []
  return best.error.issues.slice(0, 3).map(({ path, message }) => {
    const [first] = path
    if (first === 'target') return [['target'], `${part.does} does not act on this: ${message}`]
    return [['with', ...path], message]
  })
}
