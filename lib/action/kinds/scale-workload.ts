import { findGitOpsOwner } from '../find-gitops-owner'
import { asRecord } from '../saved-object'
import type { ScaleWorkload } from '../types'
import { changeStep } from './change-step'
import { aboutWorkload, carriersOf, findWorkload } from './find-workload'
import type { KindPlanner } from './kind-planner'

/** Batches of a scale-up: enough that none of them is a jolt, few enough that they are soon over while all is calm. */
const MOST_BATCHES = 20

/**
 * Replicas of a Deployment or StatefulSet, by its scale. Down at once; up in batches, each when the cluster bears the
 * ones before, as nodes are re-admitted: pods that come back all read, watch and pull images at once.
 */
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
    const stops = replicas > now ? batchesUp(now, replicas) : [replicas]
    const step = (to: number, i: number) => {
      const from = stops[i - 1] ?? now
      return changeStep(
        workload,
        { path: '/spec/replicas', from, to },
        {
          text: `Scale ${where} from ${from} to ${to} replicas`,
          undoText: `Scale ${where} back from ${to} to ${from} replicas`,
        },
        { subresource: '/scale', kind: replicas > now ? 'admit-replicas' : 'change-workload' },
      )
    }
    return {
      steps: stops.map(step),
      notes:
        stops.length > 1
          ? [
              `It grows in ${stops.length} batches while the cluster's ordinary callers are served well, and waits while they are not or nothing is known.`,
            ]
          : [],
      pods: workload.pods,
      about: aboutWorkload(workload),
      gitOps: findGitOpsOwner(workload.labels, workload.annotations),
      seenAt: workload.seenAt,
      why,
    }
  },
  undoStatement: () => 'Undo scales it back on each cluster to the replicas that it had there.',
}

/** The numbers on the way up, evenly spread. */
function batchesUp(from: number, to: number): number[] {
  const batches = Math.min(MOST_BATCHES, to - from)
  return Array.from({ length: batches }, (_, i) => from + Math.round(((i + 1) * (to - from)) / batches))
}
