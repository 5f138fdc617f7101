import { randomUUID } from 'node:crypto'
import type { ShotRow } from './store'
import type { ActionPlan } from './types'

const WAVES = ['canary', 'first', 'all'] as const

/** A cluster without a fuse comes after all that have one, the larger it is the sooner. */
const fuseOrLater = (fuseAt: number | undefined, expiresAt: number, nodes: number) =>
  fuseAt ?? expiresAt + Math.max(0, 1_000_000 - nodes)

/** The shots of a confirmed plan, all waiting; waves and order decide when each is armed. */
export function shotsOf(plan: ActionPlan, expiresAt: number, now: number): ShotRow[] {
  return plan.targets.flatMap(target =>
    target.steps.map((step, i) => ({
      id: randomUUID(),
      actionId: plan.id,
      clusterId: target.clusterId,
      step: i,
      stepKind: step.kind,
      wave: WAVES.indexOf(target.wave),
      state: 'waiting' as const,
      write: step.write,
      saved: step.saved,
      undo: step.undo,
      token: 0,
      fuseAt: Math.round(fuseOrLater(target.fuseAt, expiresAt, target.nodes)),
      expiresAt,
      attempts: 0,
      lastAttempts: [],
      detail: '',
      updatedAt: now,
    })),
  )
}
