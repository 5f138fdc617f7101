import { findGitOpsOwner } from '../find-gitops-owner'
import { asRecord } from '../saved-object'
import type { ScaleWorkload } from '../types'
import { changeStep } from './change-step'
import { aboutWorkload, carriersOf, findWorkload } from './find-workload'
import type { KindPlanner } from './kind-planner'

/** Replicas of a Deployment or StatefulSet, by its scale. */
export const scaleWorkload: KindPlanner<ScaleWorkload> = {
  tier: 2,
  title: ({ target }) => `Scale ${target.name}`,
  carriers: (source, { target }) => carriersOf(source, target),
  async resolve(look, { target, replicas }) {
    const found = await findWorkload(look, target)
    if ('leftOut' in found) return found
    const { workload, why } = found
    const wanted = asRecord(workload.object?.spec).replicas
    // Absent means 1 (apps/v1 defaults), but a server always tells it.
    const now = typeof wanted === 'number' ? wanted : 1
    if (now === replicas) return { leftOut: `it has ${replicas} replicas already` }
    const where = `${target.kind} ${target.namespace}/${target.name}`
    return {
      steps: [
        changeStep(
          workload,
          { path: '/spec/replicas', from: now, to: replicas },
          {
            text: `Scale ${where} from ${now} to ${replicas} replicas`,
            undoText: `Scale ${where} back from ${replicas} to ${now} replicas`,
          },
          '/scale',
        ),
      ],
      notes: [],
      pods: workload.pods,
      about: aboutWorkload(workload),
      gitOps: findGitOpsOwner(workload.labels, workload.annotations),
      seenAt: workload.seenAt,
      why,
    }
  },
  undoStatement: () => 'Undo scales it back on each cluster to the replicas that it had there.',
}
