import { findGitOpsOwner } from '../find-gitops-owner'
import type { CallerTarget, RemoveService } from '../types'
import { readBindings, rememberedBindings } from './find-bindings'
import { aboutWorkload, carriersOf, findWorkload } from './find-workload'
import type { KindPlanner } from './kind-planner'
import { removalSteps } from './removal-steps'

/** The workload goes, with its rights before and its pods after it. */
export const removeService: KindPlanner<RemoveService> = {
  tier: 2,
  title: ({ target }) => `Remove ${target.name}`,
  carriers: (source, { target }) => carriersOf(source, target),
  async resolve(look, { target }) {
    const found = await findWorkload(look, target)
    if ('leftOut' in found) return found
    const { workload, why } = found
    const name = workload.serviceAccount ?? 'default'
    const caller: CallerTarget = { kind: 'ServiceAccount', namespace: workload.namespace, name }
    const bindings =
      rememberedBindings(look, caller) ?? (why === undefined ? await readBindings(look, caller) : undefined)
    const { steps, notes } = removalSteps({
      workload,
      workloads: look.source.workloads(look.facts.cluster.id),
      bindings,
    })
    return {
      steps,
      notes,
      pods: workload.pods,
      about: aboutWorkload(workload),
      gitOps: findGitOpsOwner(workload.labels, workload.annotations),
      seenAt: workload.seenAt,
      why,
    }
  },
  undoStatement(targets, { target }) {
    const saved = targets.filter(one =>
      one.steps.some(step => step.kind === 'delete-workload' && step.undo),
    ).length
    const name = `${target.kind} ${target.namespace}/${target.name}`
    if (saved === targets.length) {
      return `Undo creates ${name} again from the object saved for each cluster, and then gives its rights back; its uid will be new.`
    }
    return `Undo is possible on ${saved} of ${targets.length} clusters, where ${name} was saved; on the others it must be rolled out again.`
  },
}
