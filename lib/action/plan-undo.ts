import { randomUUID } from 'node:crypto'
import { SHOT_ANNOTATION } from './classify-outcome'
import { planDigest } from './plan-action'
import { asRecord } from './saved-object'
import type { ActionRow, ShotRow } from './store'
import type { ActionPlan, PlannedStep, PlannedWrite, TargetPlan } from './types'

const LANDED = new Set(['landed', 'verified', 'unverified'])

/**
 * The plan that puts back what an action's landed shots took away, per cluster in reverse order: the workload first,
 * its rights last. Objects are created from what was saved; their guard is AlreadyExists, and a mark on them lets a
 * repeat recognise its own work. Clusters where nothing landed, or nothing was saved, are left out with the reason.
 */
export function planUndo(
  original: ActionRow,
  shots: readonly ShotRow[],
  now: number,
  expiresAt: number,
): ActionPlan {
  const targets: TargetPlan[] = []
  const leftOut: ActionPlan['leftOut'] = []
  for (const target of original.plan.targets) {
    const own = shots.filter(shot => shot.clusterId === target.clusterId && LANDED.has(shot.state))
    const steps = own
      .filter(shot => shot.undo && shot.attempts > 0)
      .sort((a, b) => b.step - a.step)
      .flatMap(shot => undoStep(shot, target.steps[shot.step]) ?? [])
    if (steps.length > 0) targets.push({ ...target, steps, notes: undefined })
    else {
      const reason = own.length === 0 ? 'nothing landed there' : 'nothing was saved that could be put back'
      leftOut.push({ clusterId: target.clusterId, reason })
    }
  }
  const plan = {
    ...original.plan,
    id: randomUUID(),
    targets,
    leftOut,
    blastRadius: {
      ...original.plan.blastRadius,
      clusters: targets.length,
      workloads: Math.min(original.plan.blastRadius.workloads, targets.length),
      nodes: targets.reduce((sum, target) => sum + target.nodes, 0),
    },
    guards: [],
    undoStatement: 'To do it again, plan it anew: objects may have new uids.',
    revertAfterMs: undefined,
    plannedAt: now,
    expiresAt,
  }
  return { ...plan, digest: planDigest(plan) }
}

function undoStep(shot: ShotRow, step: PlannedStep | undefined): PlannedStep | undefined {
  if (!shot.undo || !step) return undefined
  const { kind, namespace, name } = step.object
  const { guard } = shot.undo
  return {
    kind: shot.stepKind,
    text: step.undoText ?? `Put ${kind} ${name} back`,
    object: { kind, namespace, name },
    write: guard === 'created' ? marked(shot.undo) : shot.undo,
  }
}

function marked(write: PlannedWrite): PlannedWrite {
  const body = asRecord(write.body)
  const metadata = asRecord(body.metadata)
  const annotations = { ...asRecord(metadata.annotations), [SHOT_ANNOTATION]: randomUUID() }
  return { ...write, body: { ...body, metadata: { ...metadata, annotations } } }
}
