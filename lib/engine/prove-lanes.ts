import { RateLimit } from '../access/rate-limit'
import type { Principal } from '../access/types'
import type { Clock } from '../clock/clock'
import type { ClusterClient } from '../kube/types'
import { iso } from './dto/times'
import type { History } from './history'
import { LaneProver } from './lane-prover'
import { log } from './log'
import { memoryOf } from './memories'
import { needDatabase } from './need-database'
import type { Stores } from './stores'
import { findRecord, type World } from './world'

/** Of one cluster, asked for by people; and of all together. */
const PER_CLUSTER = { perMinute: 2, burst: 2 }
const OVER_ALL = { perMinute: 30, burst: 30 }

export interface LaneProving {
  start(): void
  stop(): Promise<void>
  /** @throws HoldfastError `not-found`, `too-many-requests`, `unavailable` while it cannot be put on record */
  now(id: string, by: Principal): Promise<void>
}

/** Proves ways in daily and when somebody asks; keeps the results, and tells of ways in that were lost. */
export function createLaneProving(deps: {
  clock: Clock
  client: ClusterClient
  world(): World
  history: History
  audit: Stores['audit']
  /** Real time, for limits on people. */
  wallNow(): number
}): LaneProving {
  const { clock, client, world, history, audit } = deps
  const perCluster = new RateLimit(PER_CLUSTER.perMinute, PER_CLUSTER.burst)
  const overAll = new RateLimit(OVER_ALL.perMinute, OVER_ALL.burst)
  const prover = new LaneProver({
    clock,
    client,
    records: () => world().watch.records,
    rng: Math.random,
    onProven(record, lost) {
      const { watch } = world()
      const { id: clusterId, name } = record.cluster
      // Another world may have begun meanwhile.
      if (watch.records.get(clusterId) !== record) return
      history.remember(memoryOf(record, 'lane-proofs', clock.now()))
      const entries = lost.map(({ laneId, read, write }) =>
        watch.entry(
          clock.now(),
          'system',
          'warn',
          `${name}: the way in ${laneId} is not proven any more. ${(read.ok ? write : read).detail}`,
          'lanes',
          { clusterId },
        ),
      )
      watch.note(entries)
      history.note(entries)
    },
    onFault: error => log('error', 'proving ways in met something unexpected', error),
  })
  return {
    start: () => prover.start(),
    stop: () => prover.stop(),
    async now(id, by) {
      const record = findRecord(world(), id)
      perCluster.take(record.cluster.id, deps.wallNow())
      overAll.take('all', deps.wallNow())
      const detail = { lanes: record.cluster.lanes.map(lane => lane.id), at: iso(clock.now()) }
      await needDatabase(() =>
        audit.append([
          { at: clock.now(), actor: by.name, verb: 'lanes.prove', subject: `cluster/${id}`, detail },
        ]),
      )
      await prover.proveNow(record)
    },
  }
}
