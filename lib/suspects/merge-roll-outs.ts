import type { ChangeSeen } from './types'

/** The same change on its way through the fleet. */
export interface RollOut {
  /** kind/namespace/name@version */
  id: string
  kind: string
  namespace: string
  name: string
  version?: string
  serviceAccount?: string
  /**
   * Epoch ms of the change on each cluster reached, ascending; several where the workload was created again. What the
   * cluster itself says goes before what a pipeline said.
   */
  times: ReadonlyMap<string, readonly number[]>
  firstAt: number
  lastAt: number
  /** The pipeline's word on it, when there is one. */
  told?: ChangeSeen
}

/** Changes of one workload within this time are one roll-out even where the version is not told. */
const SAME_ROLL_OUT_MS = 24 * 3_600_000

/** Groups changes by kind, namespace, name and version; those without a version join the nearest in time. */
export function mergeRollOuts(changes: readonly ChangeSeen[]): RollOut[] {
  const workloads = new Map<string, ChangeSeen[]>()
  for (const change of changes) {
    const key = `${change.kind.toLowerCase()}\0${change.namespace}\0${change.name}`
    const group = workloads.get(key)
    if (group) group.push(change)
    else workloads.set(key, [change])
  }
  return [...workloads.values()].flatMap(group => distinctIds(byVersion(group).map(toRollOut)))
}

function byVersion(changes: readonly ChangeSeen[]): ChangeSeen[][] {
  const versions = new Map<string, ChangeSeen[]>()
  for (const change of changes) {
    if (change.version === undefined) continue
    const group = versions.get(change.version)
    if (group) group.push(change)
    else versions.set(change.version, [change])
  }
  const groups = [...versions.values()]
  const unversioned: ChangeSeen[] = []
  for (const change of changes) {
    if (change.version !== undefined) continue
    const nearest = nearestGroup(groups, change.at)
    if (nearest) nearest.push(change)
    else unversioned.push(change)
  }
  return unversioned.length > 0 ? [...groups, ...clusterInTime(unversioned)] : groups
}

function nearestGroup(groups: readonly ChangeSeen[][], at: number): ChangeSeen[] | undefined {
  let nearest: ChangeSeen[] | undefined
  let distance = SAME_ROLL_OUT_MS
  for (const group of groups) {
    const away = Math.abs((group[0] as ChangeSeen).at - at)
    if (away <= distance) {
      nearest = group
      distance = away
    }
  }
  return nearest
}

/** Splits at pauses longer than a roll-out's. */
function clusterInTime(changes: readonly ChangeSeen[]): ChangeSeen[][] {
  const groups: ChangeSeen[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const change of [...changes].sort((a, b) => a.at - b.at)) {
    if (change.at - last > SAME_ROLL_OUT_MS) groups.push([])
    groups.at(-1)?.push(change)
    last = change.at
  }
  return groups
}

function toRollOut(changes: readonly ChangeSeen[]): RollOut {
  const times = timesByCluster(changes)
  const all = [...times.values()].flat()
  const sample = changes.find(({ source }) => source === 'inventory') ?? (changes[0] as ChangeSeen)
  const version = changes.find(change => change.version !== undefined)?.version
  const { kind, namespace, name } = sample
  return {
    id: `${kind}/${namespace}/${name}${version === undefined ? '' : `@${version}`}`,
    kind,
    namespace,
    name,
    version,
    serviceAccount: changes.find(({ serviceAccount }) => serviceAccount !== undefined)?.serviceAccount,
    times,
    firstAt: all.reduce((a, b) => Math.min(a, b)),
    lastAt: all.reduce((a, b) => Math.max(a, b)),
    told: changes.find(({ source }) => source === 'pipeline'),
  }
}

function timesByCluster(changes: readonly ChangeSeen[]): Map<string, number[]> {
  const seen = new Set(
    changes.filter(({ source }) => source === 'inventory').map(({ clusterId }) => clusterId),
  )
  const times = new Map<string, number[]>()
  for (const { clusterId, source, at } of [...changes].sort((a, b) => a.at - b.at)) {
    if (source === 'pipeline' && seen.has(clusterId)) continue
    const known = times.get(clusterId)
    if (known) known.push(at)
    else times.set(clusterId, [at])
  }
  return times
}

/** Roll-outs without a version are told apart by their order. */
function distinctIds(rollOuts: RollOut[]): RollOut[] {
  const used = new Map<string, number>()
  return rollOuts.map(rollOut => {
    const count = (used.get(rollOut.id) ?? 0) + 1
    used.set(rollOut.id, count)
    return count === 1 ? rollOut : { ...rollOut, id: `${rollOut.id}~${count}` }
  })
}
