import { z } from 'zod'
import type { BindingSnapshot } from '../action/ports'
import type { Declared } from '../incident/declare-incident'
import type { LaneProof } from '../probe/prove-lane'
import type { WorkloadSeen } from '../probe/types'
import type { Memory } from '../store/memory-store'
import type { ChangeSeen } from '../suspects/types'
import type { ClusterRecord } from './cluster-record'

const corefiles = z.object({
  coredns: z.string().optional(),
  nodeLocal: z.string().nullish(),
  at: z.number(),
})
const bindings = z.object({
  at: z.number(),
  complete: z.boolean(),
  byServiceAccount: z.array(z.tuple([z.string(), z.array(z.custom<BindingSnapshot>())])),
})
const inventory = z.object({
  kind: z.enum(['DaemonSet', 'Deployment', 'StatefulSet']),
  at: z.number(),
  truncated: z.boolean(),
  seen: z.array(z.custom<WorkloadSeen>()),
})
const standing = z.object({
  apiLostAt: z.number().nullish(),
  nodes: z.number().optional(),
  pods: z.number().optional(),
  version: z.string().optional(),
  changes: z.array(z.custom<ChangeSeen>()),
})

const laneProofs = z.array(z.custom<LaneProof>(isLaneProof))

/** What is worth keeping of a cluster for a start in the middle of an incident. */
export function memoryOf(
  record: ClusterRecord,
  kind: 'corefiles' | 'bindings' | 'standing' | 'lane-proofs',
  now: number,
): Memory {
  const { corefiles: files, bindings: read, apiLostAt, nodes, pods, version, changes } = record
  const value =
    kind === 'corefiles'
      ? files
      : kind === 'bindings'
        ? read && { ...read, byServiceAccount: [...read.byServiceAccount] }
        : kind === 'lane-proofs'
          ? record.lanes.proofs()
          : { apiLostAt, nodes, pods, version, changes }
  return { clusterId: record.cluster.id, kind, at: now, value: value ?? null }
}

export function inventoryMemory(record: ClusterRecord, kind: WorkloadSeen['kind']): Memory | undefined {
  const seen = record.workloads.get(kind)
  return (
    seen && { clusterId: record.cluster.id, kind: `inventory ${kind}`, at: seen.at, value: { kind, ...seen } }
  )
}

/** Puts a kept memory back; what no longer fits is left out, since live data replaces it soon. */
export function recall(record: ClusterRecord, memory: Memory): void {
  if (memory.kind === 'corefiles') {
    const { data } = corefiles.safeParse(memory.value)
    if (data) record.adoptCorefiles(data)
  } else if (memory.kind === 'bindings') {
    const { data } = bindings.safeParse(memory.value)
    if (data) record.bindings ??= { ...data, byServiceAccount: new Map(data.byServiceAccount) }
  } else if (memory.kind === 'lane-proofs') {
    const { data } = laneProofs.safeParse(memory.value)
    for (const proof of data ?? []) record.lanes.prove(proof)
  } else if (memory.kind === 'standing') {
    const { data } = standing.safeParse(memory.value)
    if (!data) return
    record.nodes ??= data.nodes
    record.pods ??= data.pods
    record.version ??= data.version
    if (record.changes.length === 0) record.changes = data.changes
    if (record.apiLostAt === undefined && typeof data.apiLostAt === 'number')
      record.apiLostAt = data.apiLostAt
  } else if (memory.kind.startsWith('inventory ')) {
    const { data } = inventory.safeParse(memory.value)
    if (data && !record.workloads.has(data.kind)) record.workloads.set(data.kind, data)
  }
}

const declaredIncident = z.object({
  declared: z
    .object({
      severity: z.enum(['SEV1', 'SEV2', 'SEV3']),
      title: z.string(),
      at: z.number(),
      by: z.string(),
    })
    .nullable(),
})

/** The incident that was declared and not ended; undefined when there is none. */
export function recallDeclared(memory: Memory | undefined): Declared | undefined {
  return declaredIncident.safeParse(memory?.value).data?.declared ?? undefined
}

function isLaneProof(value: unknown): boolean {
  const { laneId, read, write } = Object(value)
  return [typeof laneId, typeof Object(read).at, typeof Object(write).at].join() === 'string,number,number'
}
