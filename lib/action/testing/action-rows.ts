import { randomUUID } from 'node:crypto'
import type { ActionRow, ShotRow } from '../store'
import type { ActionPlan } from '../types'

export const NOW = Date.parse('2024-12-11T23:00:00Z')

/** A removal that was planned at `NOW`. */
export function actionRow(over: Partial<ActionRow> = {}): ActionRow {
  const id = randomUUID()
  const plan: ActionPlan = {
    id,
    request: {
      kind: 'remove-service',
      target: { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry' },
      reason: 'floods the API servers',
    },
    targets: [],
    leftOut: [],
    blastRadius: { clusters: 1, fleetClusters: 2, nodes: 3, workloads: 1, pods: 3, products: ['Chat'] },
    guards: [],
    undoStatement: '',
    plannedAt: NOW,
    expiresAt: NOW + 600_000,
    digest: 'd'.repeat(64),
  }
  return {
    id,
    kind: 'remove-service',
    state: 'planned',
    plan,
    digest: plan.digest,
    by: 'ada',
    reason: plan.request.reason,
    plannedAt: NOW,
    expiresAt: NOW + 600_000,
    ...over,
  }
}

/** A shot of it, armed. */
export function shotRow(actionId: string, over: Partial<ShotRow> = {}): ShotRow {
  return {
    id: randomUUID(),
    actionId,
    clusterId: 'a',
    step: 0,
    stepKind: 'delete-workload',
    wave: 0,
    state: 'armed',
    write: { method: 'DELETE', path: '/x', guard: 'uid', body: { preconditions: { uid: 'u1' } } },
    saved: { kind: 'DaemonSet', metadata: { name: 'telemetry' } },
    undo: { method: 'POST', path: '/y', guard: 'created' },
    token: 0,
    fuseAt: NOW + 1_000,
    expiresAt: NOW + 3_600_000,
    attempts: 0,
    lastAttempts: [],
    detail: '',
    updatedAt: NOW,
    ...over,
  }
}

/** A line of the audit about it. */
export const entry = (verb: string, subject = 'action/x') => ({
  at: NOW,
  actor: 'ada',
  verb,
  subject,
  detail: { n: 1 },
})
