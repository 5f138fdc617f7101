import type { RollOut } from './merge-roll-outs'
import { type FleetView, standingOf } from './standing'
import { clamp01 } from './statistics'
import type { ClusterLoad, Evidence } from './types'
import { excerpt, percentWords, plural } from './words'

/** Which FlowSchema's seats grew where the change is. */
export interface CallerLink {
  /** 0–1. */
  score: number
  evidence?: Evidence
}

/** Seats of growth, over all carriers, below which nothing is said. */
const MIN_SEATS = 2
/** Growth by this factor counts in full. */
const FULL_FACTOR = 3

/**
 * Caller: the FlowSchema into which the workload's own identity falls took most of the seats that were gained. Asked
 * of clusters that are still well, if they show it: once latency rises, the seats of all callers do.
 * Undefined where no metrics of priority and fairness are known.
 */
export function assessCaller(rollOut: RollOut, fleet: FleetView): CallerLink | undefined {
  const carriers: ClusterLoad[] = []
  const others: ClusterLoad[] = []
  for (const cluster of fleet.clusters) {
    if (!cluster.seatsByFlowSchema) continue
    if (rollOut.times.has(cluster.clusterId)) carriers.push(cluster)
    else others.push(cluster)
  }
  if (carriers.length === 0) return undefined
  const calm = carriers.filter(cluster => standingOf(cluster) === 'healthy')
  const calmGrowth = growthBySchema(calm)
  const told = gainedSeats(calmGrowth) >= MIN_SEATS ? calm : carriers
  const growth = told === calm ? calmGrowth : growthBySchema(carriers)
  const total = gainedSeats(growth)
  const top = [...growth].sort(([, a], [, b]) => b.gained - a.gained)[0]
  if (!top || total < MIN_SEATS) {
    const text = `No FlowSchema took more seats on the ${plural(carriers.length, 'cluster')} that carry it.`
    return { score: 0, evidence: { kind: 'caller', text, figure: '0', score: 0 } }
  }
  const [schema, { gained, baseline }] = top
  const share = gained / total
  const factor = clamp01((gained + baseline) / Math.max(1, baseline) / FULL_FACTOR)
  const elsewhere = others.length > 0 ? meanGain(others, schema) / (gained / told.length) : 0
  const own = isOwnSchema(schema, rollOut) ? 1 : 0.25
  const score = clamp01(share * factor * own * clamp01(1 - elsewhere))
  const whose =
    own === 1 ? 'the schema its service account falls into' : 'not the schema of its service account'
  const text = `${percentWords(share)} of the seats gained went to ${excerpt(schema, 80)}, ${whose}.`
  return { score, evidence: { kind: 'caller', text, figure: percentWords(share), score } }
}

type Growth = Map<string, { gained: number; baseline: number }>

function gainedSeats(growth: Growth): number {
  return [...growth.values()].reduce((sum, { gained }) => sum + Math.max(0, gained), 0)
}

function growthBySchema(clusters: readonly ClusterLoad[]): Growth {
  const growth: Growth = new Map()
  for (const { seatsByFlowSchema = {} } of clusters)
    for (const [schema, { now, baseline }] of Object.entries(seatsByFlowSchema)) {
      const sum = growth.get(schema) ?? { gained: 0, baseline: 0 }
      sum.gained += now - baseline
      sum.baseline += baseline
      growth.set(schema, sum)
    }
  return growth
}

function meanGain(clusters: readonly ClusterLoad[], schema: string): number {
  const gains = clusters.map(({ seatsByFlowSchema = {} }) => {
    const seats = seatsByFlowSchema[schema]
    return seats ? Math.max(0, seats.now - seats.baseline) : 0
  })
  return gains.reduce((sum, gain) => sum + gain, 0) / clusters.length
}

/**
 * Service accounts fall into `service-accounts`, those of kube-system into a schema of their own (kubernetes/apiserver
 * flowcontrol defaults); a schema made for the workload carries its name.
 */
function isOwnSchema(schema: string, { namespace, name, serviceAccount }: RollOut): boolean {
  const standard = namespace === 'kube-system' ? 'kube-system-service-accounts' : 'service-accounts'
  return (
    schema === standard ||
    schema.includes(name) ||
    (serviceAccount !== undefined && schema.includes(serviceAccount))
  )
}
