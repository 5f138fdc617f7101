import { targetText } from '../target-text'
import type { CallerTarget } from '../types'
import { FLOW_CONTROL, type FlowControlVersion } from './flow-control-version'

/** Before every schema of a stock cluster; 1 is kept for the exempt and refused (kube-apiserver validation). */
const PRECEDENCE = 2
const ALL = ['*']

export interface MuteObjects {
  name: string
  caller: CallerTarget
  version: FlowControlVersion
  /** When it is to end, in words of the annotation for people who find it. */
  minutes: number
}

/** A priority level that queues nothing and has no seat of its own, or the fewest that the version can express. */
export function muteLevel(mute: MuteObjects): Record<string, unknown> {
  const { version } = mute
  const limitResponse = { type: 'Reject' }
  const limited =
    version === 'v1'
      ? { nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse }
      : version === 'v1beta3'
        ? { nominalConcurrencyShares: 1, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse }
        : { assuredConcurrencyShares: 1, limitResponse }
  return { ...head(mute, 'PriorityLevelConfiguration'), spec: { type: 'Limited', limited } }
}

/** Sends every request of the caller to that level. */
export function muteSchema(mute: MuteObjects): Record<string, unknown> {
  return {
    ...head(mute, 'FlowSchema'),
    spec: {
      priorityLevelConfiguration: { name: mute.name },
      matchingPrecedence: PRECEDENCE,
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [subjectOf(mute.caller)],
          resourceRules: [
            { verbs: ALL, apiGroups: ALL, resources: ALL, namespaces: ALL, clusterScope: true },
          ],
          nonResourceRules: [{ verbs: ALL, nonResourceURLs: ALL }],
        },
      ],
    },
  }
}

function head({ name, caller, version, minutes }: MuteObjects, kind: string): Record<string, unknown> {
  return {
    apiVersion: `${FLOW_CONTROL}/${version}`,
    kind,
    metadata: {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'holdfast' },
      annotations: {
        'holdfast.dev/why': `Rejects ${targetText(caller)} during an incident. Holdfast deletes this after ${minutes} min; it is safe to delete by hand, the FlowSchema first.`,
      },
    },
  }
}

function subjectOf(caller: CallerTarget): Record<string, unknown> {
  const { kind, name } = caller
  if (kind === 'ServiceAccount') return { kind, serviceAccount: { namespace: caller.namespace, name } }
  return kind === 'User' ? { kind, user: { name } } : { kind, group: { name } }
}
