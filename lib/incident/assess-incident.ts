import type { ControlPlaneState } from '../health/types'

export interface ClusterStanding {
  clusterId: string
  nodes: number
  state: ControlPlaneState
  /** Epoch ms. */
  since: number
  dataPlane: 'Fresh' | 'Burning' | 'Dry' | 'Unknown'
}

export interface Incident {
  severity: 'SEV1' | 'SEV2' | 'SEV3'
  title: string
  /** Epoch ms of the first distress. */
  since: number
  /** Epoch ms when all became calm, while it waits to be closed. */
  calmSince?: number
  /** Who said that it is one; absent where only the clusters do. */
  declaredBy?: string
}

/** Trouble must stay away this long before the incident ends by itself. */
const CALM_FOR_MS = 5 * 60_000

const LOST: ReadonlySet<ControlPlaneState> = new Set(['LockedOut', 'Dark'])
const SICK: ReadonlySet<ControlPlaneState> = new Set(['Overloaded', 'LockedOut', 'Dark'])

/**
 * Tells from the clusters' standing whether there is an incident. It begins with one overloaded cluster, keeps its
 * beginning while it lasts, and ends after five calm minutes. SEV1: data planes burn, or a tenth of the nodes is
 * without its control plane; SEV2: a control plane is lost; SEV3: overload only.
 */
export function assessIncident(
  clusters: ClusterStanding[],
  now: number,
  previous: Incident | undefined,
): Incident | undefined {
  const sick = clusters.filter(c => SICK.has(c.state) || c.dataPlane === 'Burning' || c.dataPlane === 'Dry')
  if (sick.length === 0) return fade(previous, now)
  const lost = clusters.filter(c => LOST.has(c.state))
  const unserved = clusters.filter(c => c.dataPlane === 'Burning' || c.dataPlane === 'Dry')
  const nodes = (list: ClusterStanding[]) => list.reduce((sum, c) => sum + c.nodes, 0)
  const wide = nodes(lost) >= 0.1 * Math.max(1, nodes(clusters))
  return {
    severity: unserved.length > 0 || (wide && lost.length > 1) ? 'SEV1' : lost.length > 0 ? 'SEV2' : 'SEV3',
    title: titleOf(sick, lost, unserved),
    since: Math.min(previous?.since ?? now, ...sick.map(c => c.since)),
  }
}

function fade(previous: Incident | undefined, now: number): Incident | undefined {
  if (!previous) return undefined
  const calmSince = previous.calmSince ?? now
  if (now - calmSince >= CALM_FOR_MS) return undefined
  return { ...previous, title: 'Calm again, still watched', calmSince }
}

function titleOf(sick: ClusterStanding[], lost: ClusterStanding[], unserved: ClusterStanding[]): string {
  const clusters = (n: number) => (n === 1 ? '1 cluster' : `${n} clusters`)
  if (lost.length > 0) return `Control plane lost on ${clusters(lost.length)}`
  const overloaded = sick.filter(c => c.state === 'Overloaded')
  if (overloaded.length > 0) return `API servers overloaded on ${clusters(overloaded.length)}`
  return `DNS runs out on ${clusters(unserved.length)} while the API servers answer`
}
