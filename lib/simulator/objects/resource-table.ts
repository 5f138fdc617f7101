import type { ResourceType } from './types'

const READ = ['get', 'list']
const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update']

interface Row {
  kind: string
  plural?: string
  cluster?: boolean
  short?: string[]
  generation?: boolean
  scale?: boolean
  status?: boolean
  virtual?: boolean
  verbs?: string[]
}

const ROWS: Record<string, Row[]> = {
  '': [
    { kind: 'ConfigMap', short: ['cm'] },
    { kind: 'Event', short: ['ev'] },
    {
      kind: 'Namespace',
      cluster: true,
      short: ['ns'],
      status: true,
      verbs: ALL.filter(v => v !== 'deletecollection'),
    },
    {
      kind: 'Node',
      cluster: true,
      short: ['no'],
      status: true,
      virtual: true,
      verbs: [...READ, 'patch', 'update'],
    },
    {
      kind: 'Pod',
      short: ['po'],
      status: true,
      virtual: true,
      verbs: ['delete', 'deletecollection', ...READ],
    },
    { kind: 'Secret' },
    { kind: 'Service', short: ['svc'], status: true },
    { kind: 'ServiceAccount', short: ['sa'] },
  ],
  apps: [
    { kind: 'ControllerRevision' },
    { kind: 'DaemonSet', short: ['ds'], generation: true, status: true },
    { kind: 'Deployment', short: ['deploy'], generation: true, status: true, scale: true },
    { kind: 'ReplicaSet', short: ['rs'], generation: true, status: true, scale: true },
    { kind: 'StatefulSet', short: ['sts'], generation: true, status: true, scale: true },
  ],
  'coordination.k8s.io': [{ kind: 'Lease' }],
  policy: [{ kind: 'PodDisruptionBudget', short: ['pdb'], generation: true, status: true }],
  'rbac.authorization.k8s.io': [
    { kind: 'ClusterRole', cluster: true },
    { kind: 'ClusterRoleBinding', cluster: true },
    { kind: 'Role' },
    { kind: 'RoleBinding' },
  ],
  'flowcontrol.apiserver.k8s.io': [
    { kind: 'FlowSchema', cluster: true, generation: true, status: true },
    { kind: 'PriorityLevelConfiguration', cluster: true, generation: true, status: true },
  ],
  'authentication.k8s.io': [{ kind: 'SelfSubjectReview', cluster: true, verbs: ['create'] }],
  'authorization.k8s.io': [
    { kind: 'SelfSubjectAccessReview', cluster: true, verbs: ['create'] },
    { kind: 'SubjectAccessReview', cluster: true, verbs: ['create'] },
  ],
}

function toType(group: string, row: Row): ResourceType {
  const singular = row.kind.toLowerCase()
  const plural = row.plural ?? `${singular}s`
  return {
    id: group ? `${plural}.${group}` : plural,
    group,
    plural,
    singular,
    kind: row.kind,
    namespaced: !row.cluster,
    shortNames: row.short ?? [],
    hasGeneration: row.generation ?? false,
    hasScale: row.scale ?? false,
    hasStatus: row.status ?? false,
    virtual: row.virtual ?? false,
    verbs: row.verbs ?? ALL,
  }
}

/** Every resource that the simulated API servers serve. */
export const RESOURCES: readonly ResourceType[] = Object.entries(ROWS).flatMap(([group, rows]) =>
  rows.map(row => toType(group, row)),
)

const byId = new Map(RESOURCES.map(type => [type.id, type]))

/** @throws when there is no such resource: ids are constants of this code */
export function resourceById(id: string): ResourceType {
  const type = byId.get(id)
  if (!type) throw new Error(`no resource ${id} in the table`)
  return type
}

export function findResource(group: string, plural: string): ResourceType | undefined {
  return byId.get(group ? `${plural}.${group}` : plural)
}

function minorOf(version: string): number {
  return Number(/^v1\.(\d+)/.exec(version)?.[1] ?? 0)
}

/**
 * Versions in which a server of this release serves a group, preferred first
 * (API priority and fairness: v1beta1 in 1.20–1.25, v1beta2 1.23–1.28, v1beta3 1.26–1.31, v1 from 1.29).
 */
export function servedVersions(group: string, serverVersion: string): string[] {
  const minor = minorOf(serverVersion)
  if (group === 'flowcontrol.apiserver.k8s.io') {
    if (minor >= 32) return ['v1']
    if (minor >= 29) return ['v1', 'v1beta3']
    if (minor >= 26) return minor <= 28 ? ['v1beta3', 'v1beta2'] : ['v1beta3']
    return minor >= 23 ? ['v1beta2', 'v1beta1'] : ['v1beta1']
  }
  if (group === 'authentication.k8s.io') {
    if (minor >= 28) return ['v1']
    return minor >= 27 ? ['v1beta1'] : minor >= 26 ? ['v1alpha1'] : []
  }
  return ['v1']
}

/** Whether a server of this release knows this version of a group at all. */
export function isServed(group: string, version: string, serverVersion: string): boolean {
  return (
    RESOURCES.some(type => type.group === group) && servedVersions(group, serverVersion).includes(version)
  )
}

/** Whether a Limited priority level may have no seats at all (allowed from 1.29). */
export function allowsZeroShares(serverVersion: string): boolean {
  return minorOf(serverVersion) >= 29
}

export { minorOf }
