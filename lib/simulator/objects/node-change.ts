import type { JsonObject } from './types'

/** What somebody wrote to a node; all else of a node is computed. */
export interface NodeChange {
  /** All labels and annotations that it has now. */
  labels: Record<string, string>
  annotations: Record<string, string>
  unschedulable: boolean
  /** Taints of somebody's making. */
  taints: JsonObject[]
  /** Of the last write. */
  revision: number
  /** Epoch ms at which the node lifecycle controller tainted it as unschedulable; undefined while it has not. */
  cordonedAt: number | undefined
}

/** The written nodes of one cluster by their index, and a count of the writes. */
export interface NodeChanges {
  readonly byIndex: ReadonlyMap<number, NodeChange>
  readonly writes: number
}
