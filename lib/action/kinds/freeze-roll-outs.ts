import { findGitOpsOwner } from '../find-gitops-owner'
import { asRecord } from '../saved-object'
import { targetText } from '../target-text'
import type { FreezeRollOuts, OwnerTarget } from '../types'
import { type FieldChange, objectStep } from './change-step'
import { type CustomResource, type FoundObject, findObject } from './find-object'
import type { KindPlanner } from './kind-planner'

interface Freezable {
  resource: CustomResource
  /** The change that freezes it; undefined when it is frozen already. */
  freeze(spec: Record<string, unknown>): FieldChange | undefined
  /** `Switch off auto-sync of`, and how it is taken back. */
  words: [string, string]
}

const ARGO = { group: 'argoproj.io', versions: ['v1alpha1'] } as const

const setTrue = (field: string) => (spec: Record<string, unknown>) =>
  spec[field] === true ? undefined : { path: `/spec/${field}`, from: spec[field], to: true }

const FREEZABLE: Record<OwnerTarget['kind'], Freezable> = {
  Application: {
    resource: { ...ARGO, plural: 'applications' },
    freeze(spec) {
      const { automated } = asRecord(spec.syncPolicy)
      // Since Argo CD 3.1 it may be there and switched off.
      if (automated === undefined || asRecord(automated).enabled === false) return undefined
      return { path: '/spec/syncPolicy/automated', from: automated, to: undefined }
    },
    words: ['Switch off auto-sync of', 'Switch on auto-sync of'],
  },
  Kustomization: {
    resource: {
      group: 'kustomize.toolkit.fluxcd.io',
      versions: ['v1', 'v1beta2', 'v1beta1'],
      plural: 'kustomizations',
    },
    freeze: setTrue('suspend'),
    words: ['Suspend', 'Resume'],
  },
  HelmRelease: {
    resource: {
      group: 'helm.toolkit.fluxcd.io',
      versions: ['v2', 'v2beta2', 'v2beta1'],
      plural: 'helmreleases',
    },
    freeze: setTrue('suspend'),
    words: ['Suspend', 'Resume'],
  },
  Rollout: {
    resource: { ...ARGO, plural: 'rollouts' },
    freeze: setTrue('paused'),
    words: ['Pause', 'Let go on'],
  },
}

/** What puts workloads back, or changes them, holds still: auto-sync off, suspended, or paused. */
export const freezeRollOuts: KindPlanner<FreezeRollOuts> = {
  tier: 0,
  title: ({ target }) => `Freeze ${target.name}`,
  carriers: (source, { target }) =>
    source.clusters().filter(({ cluster }) =>
      source.workloads(cluster.id).some(({ labels, annotations }) => {
        const owner = findGitOpsOwner(labels, annotations)?.owner
        return owner !== undefined && targetText(owner) === targetText(target)
      }),
    ),
  async resolve(look, { target }) {
    const { resource, freeze, words } = FREEZABLE[target.kind]
    const found = await findObject(look, resource, target)
    if ('leftOut' in found) return found
    const change = freeze(found.spec)
    if (!change) return { leftOut: 'it is frozen already' }
    const [text, undoText] = words.map(word => `${word} ${targetText(target)}`)
    return {
      steps: [objectStep('pause-owner', found, change, { text: text ?? '', undoText: undoText ?? '' })],
      notes: notesOf(found),
      gitOps: findGitOpsOwner(found.labels, found.annotations),
      seenAt: found.seenAt,
    }
  },
  undoStatement: (_targets, { target }) =>
    `Undo gives ${targetText(target)} back what it had there; it then brings everything to what its source says.`,
}

function notesOf({ owners, kind }: FoundObject): string[] {
  const maker = owners.find(owner => owner.startsWith('ApplicationSet '))
  return [
    ...(kind === 'Rollout' ? [] : ['What it has applied stays as it is; a sync by hand still works.']),
    ...(maker
      ? [`${maker} made it and switches auto-sync on again, unless it ignores differences there.`]
      : []),
  ]
}
