import type { ChangeSeen } from './types'

/** A change as a pipeline told it. */
export interface Announcement {
  /** Epoch ms. */
  at: number
  kind: string
  namespace: string
  name: string
  version?: string
  /** Ids of clusters of the fleet; empty = the pipeline did not say. */
  clusterIds: readonly string[]
  note?: string
  url?: string
}

/** One change per cluster that the pipeline named. Without clusters it is words only and yields none. */
export function placeAnnouncement(announcement: Announcement): ChangeSeen[] {
  const { clusterIds, ...told } = announcement
  return [...new Set(clusterIds)].map(clusterId => ({
    ...told,
    clusterId,
    source: 'pipeline' as const,
    created: false,
  }))
}
