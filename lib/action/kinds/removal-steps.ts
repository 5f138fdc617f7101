import type { BindingSnapshot, WorkloadSnapshot } from '../ports'
import { deleteOptions, revokeStep } from '../revoke-step'
import { savedObject } from '../saved-object'
import type { PlannedStep } from '../types'
import { podsPath, selectorText, selects, workloadPath } from '../workload-paths'

export interface StepsInput {
  workload: WorkloadSnapshot
  /** Everything known on that cluster, to see whose pods the selector would also take. */
  workloads: readonly WorkloadSnapshot[]
  /** undefined: bindings were never read. */
  bindings: readonly BindingSnapshot[] | undefined
}

/**
 * The writes that remove one service from one cluster, in order. Rights first: a landed delete alone changes nothing
 * where the controller manager is gone, while callers without rights fall silent within seconds.
 */
export function removalSteps({ workload, workloads, bindings }: StepsInput): {
  steps: PlannedStep[]
  notes: string[]
} {
  const notes: string[] = []
  const steps: PlannedStep[] = []
  const account = workload.serviceAccount ?? 'default'
  if (account === 'default') {
    notes.push('It runs as the default ServiceAccount, whose rights others share: they are left alone.')
  } else if (sharesAccount(workload, workloads)) {
    notes.push(`Other workloads run as ServiceAccount ${account} too: its rights are left alone.`)
  } else if (bindings === undefined) {
    notes.push('Its role bindings were never read, so its rights cannot be taken away first.')
  } else {
    for (const binding of bindings) {
      const step = revokeStep(binding, {
        kind: 'ServiceAccount',
        namespace: workload.namespace,
        name: account,
      })
      if (step) steps.push(step)
    }
  }
  steps.push(deleteWorkloadStep(workload))
  const pods = deletePodsStep(workload, workloads)
  if (pods) steps.push(pods)
  else
    notes.push(
      'Its pod selector is empty or takes pods of others too: pods are left to the controller manager.',
    )
  return { steps, notes }
}

function sharesAccount(workload: WorkloadSnapshot, workloads: readonly WorkloadSnapshot[]): boolean {
  return workloads.some(
    other =>
      other.uid !== workload.uid &&
      other.namespace === workload.namespace &&
      other.serviceAccount === workload.serviceAccount,
  )
}

function deleteWorkloadStep(workload: WorkloadSnapshot): PlannedStep {
  const { kind, namespace, name, uid } = workload
  const saved = workload.object && savedObject(workload.object, 'apps/v1', kind)
  return {
    kind: 'delete-workload',
    text: `Delete ${kind} ${namespace}/${name} (uid ${uid})`,
    object: { kind, namespace, name, uid },
    write: {
      method: 'DELETE',
      path: workloadPath(kind, namespace, name),
      body: deleteOptions(uid),
      guard: 'uid',
    },
    saved,
    undo: saved && { method: 'POST', path: workloadPath(kind, namespace), body: saved, guard: 'created' },
    undoText: `Create ${kind} ${namespace}/${name} again`,
  }
}

function deletePodsStep(
  workload: WorkloadSnapshot,
  workloads: readonly WorkloadSnapshot[],
): PlannedStep | undefined {
  const { kind, namespace, name, uid } = workload
  const selector = selectorText(workload.selector)
  const takesOthers = workloads.some(
    other =>
      other.uid !== uid && other.namespace === namespace && selects(workload.selector, other.podLabels),
  )
  if (selector === undefined || takesOthers) return undefined
  return {
    kind: 'delete-pods',
    text: `Delete the pods of ${namespace}/${name} (${selector}) where nobody collects them`,
    object: { kind: 'Pod', namespace, name: selector },
    write: {
      method: 'DELETE',
      path: podsPath(namespace, selector),
      // At once, since kubelets may be cut off; a StatefulSet's pods may hold locks, so they get their own grace.
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        ...(kind === 'StatefulSet' ? {} : { gracePeriodSeconds: 0 }),
      },
      guard: 'selector',
    },
  }
}
