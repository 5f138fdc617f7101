import { isDeepStrictEqual } from 'node:util'
import { jsonBody } from '../ask-cluster'
import { findGitOpsOwner } from '../find-gitops-owner'
import type { WorkloadSnapshot } from '../ports'
import { asRecord } from '../saved-object'
import type { RollBackWorkload } from '../types'
import { selectorText } from '../workload-paths'
import { changeStep } from './change-step'
import { aboutWorkload, carriersOf, findWorkload } from './find-workload'
import type { KindPlanner } from './kind-planner'
import { inWords, type Look } from './look'

const REVISION = 'deployment.kubernetes.io/revision'
const POD_TEMPLATE_HASH = 'pod-template-hash'

interface Revision {
  number: number
  template: Record<string, unknown>
}

/** The pod template of the revision before the present one, as `kubectl rollout undo` takes it. */
export const rollBackWorkload: KindPlanner<RollBackWorkload> = {
  tier: 2,
  title: ({ target }) => `Roll back ${target.name}`,
  carriers: (source, { target }) => carriersOf(source, target),
  async resolve(look, { target }) {
    const found = await findWorkload(look, target)
    if ('leftOut' in found) return found
    const { workload, why } = found
    const template = asRecord(asRecord(workload.object?.spec).template)
    if (Object.keys(template).length === 0)
      return { leftOut: 'its whole object was never read, so there is nothing to compare its history with' }
    const revisions = await readRevisions(look, workload)
    if ('leftOut' in revisions) return revisions
    const previous = previousOf(revisions, template, isObserved(workload))
    if (!previous) return { leftOut: 'it has no earlier revision there' }
    const where = `${target.kind} ${target.namespace}/${target.name}`
    const change = { path: '/spec/template', from: template, to: previous.template }
    return {
      steps: [
        changeStep(workload, change, {
          text: `Roll ${where} back to revision ${previous.number}${imageChange(template, previous.template)}`,
          undoText: `Roll ${where} forward again to what it ran before`,
        }),
      ],
      notes: [paceOf(workload)],
      pods: workload.pods,
      about: aboutWorkload(workload),
      gitOps: findGitOpsOwner(workload.labels, workload.annotations),
      seenAt: workload.seenAt,
      why,
    }
  },
  undoStatement: () => 'Undo rolls it forward again to the template that it ran on each cluster.',
}

/**
 * The newest revision that is not the present one. Where none equals the present template by its letters, the newest
 * is the present one, once its controller has seen it.
 */
function previousOf(
  revisions: readonly Revision[],
  template: Record<string, unknown>,
  observed: boolean,
): Revision | undefined {
  const newestFirst = [...revisions].sort((a, b) => b.number - a.number)
  const isPresent = (revision: Revision) => isDeepStrictEqual(bare(revision.template), bare(template))
  if (newestFirst.some(isPresent)) return newestFirst.find(revision => !isPresent(revision))
  return newestFirst[observed ? 1 : 0]
}

function isObserved({ object }: WorkloadSnapshot): boolean {
  return asRecord(object?.status).observedGeneration === asRecord(object?.metadata).generation
}

/** Some servers tell a creationTimestamp of null in templates, some leave it out. */
function bare(template: Record<string, unknown>): Record<string, unknown> {
  const { creationTimestamp: _none, ...metadata } = asRecord(template.metadata)
  return { ...template, metadata }
}

/** What follows the new template, by the update strategy (apps/v1). */
function paceOf({ object }: WorkloadSnapshot): string {
  return asRecord(asRecord(object?.spec).updateStrategy).type === 'OnDelete'
    ? 'Its update strategy is OnDelete: pods that run go on as they are until somebody deletes them.'
    : 'New pods are made by the controller manager, at the pace of the update strategy.'
}

async function readRevisions(
  look: Look,
  workload: WorkloadSnapshot,
): Promise<Revision[] | { leftOut: string }> {
  const resource = workload.kind === 'Deployment' ? 'replicasets' : 'controllerrevisions'
  const selector = selectorText(workload.selector)
  if (selector === undefined) return { leftOut: 'its selector is empty, so its history cannot be asked for' }
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(workload.namespace)}/${resource}`
  const answer = await look.get(`${path}?labelSelector=${encodeURIComponent(selector)}&limit=100`)
  const body = answer?.status === 200 ? jsonBody(answer) : undefined
  const items = body?.items === null ? [] : body?.items
  if (!Array.isArray(items)) return { leftOut: `its history could not be read: ${inWords(answer)}` }
  return items
    .map(asRecord)
    .filter(item => isOwnedBy(item, workload.uid))
    .flatMap(item => (resource === 'replicasets' ? fromReplicaSet(item) : fromControllerRevision(item)))
}

function isOwnedBy(item: Record<string, unknown>, uid: string): boolean {
  const owners = asRecord(item.metadata).ownerReferences
  return Array.isArray(owners) && owners.some(owner => asRecord(owner).uid === uid)
}

/** `data` is a strategic merge patch that replaces the template (kubernetes daemon/history). */
function fromControllerRevision(item: Record<string, unknown>): Revision[] {
  const { $patch: _directive, ...template } = asRecord(asRecord(asRecord(item.data).spec).template)
  return typeof item.revision === 'number' && Object.keys(template).length > 0
    ? [{ number: item.revision, template }]
    : []
}

/** Its template is the Deployment's with a label that the controller adds. */
function fromReplicaSet(item: Record<string, unknown>): Revision[] {
  const number = Number(asRecord(asRecord(item.metadata).annotations)[REVISION])
  const template = structuredClone(asRecord(asRecord(item.spec).template))
  delete asRecord(asRecord(template.metadata).labels)[POD_TEMPLATE_HASH]
  return Number.isInteger(number) && Object.keys(template).length > 0 ? [{ number, template }] : []
}

/** `: image a → b`, when that is what differs first. */
function imageChange(from: Record<string, unknown>, to: Record<string, unknown>): string {
  const [before, after] = [imagesOf(from), imagesOf(to)]
  const at = after.findIndex((image, i) => image !== before[i])
  return at < 0 ? '' : `: image ${before[at] ?? 'none'} to ${after[at]}`
}

function imagesOf(template: Record<string, unknown>): string[] {
  const { containers } = asRecord(template.spec)
  return Array.isArray(containers) ? containers.map(one => String(asRecord(one).image)) : []
}
