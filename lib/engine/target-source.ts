import type { ClusterFacts, TargetSource, WorkloadSnapshot } from '../action/ports'
import { workloadFromObject } from '../action/snapshot-object'
import type { FuseTracker } from '../dns/fuse/fuse-tracker'
import { refuseDnsRestart } from '../dns/refuse-dns-restart'
import { admissionOf, endedAt, waitOf } from '../health/admission'
import type { Observation, WorkloadSeen } from '../probe/types'
import type { Announcement } from '../suspects/place-announcement'
import type { ClusterRecord } from './cluster-record'
import { unreadClusters } from './unread-clusters'

/** What actions may know of the fleet: memory only, nothing here asks a cluster. */
export function createTargetSource(
  records: { get(id: string): ClusterRecord | undefined; all(): Iterable<ClusterRecord> },
  fuses: () => FuseTracker,
  now: () => number,
  announcements: () => readonly Announcement[] = () => [],
  incident: () => string | null = () => null,
): TargetSource {
  const facts = (record: ClusterRecord): ClusterFacts => {
    const at = now()
    return {
      cluster: record.cluster,
      nodes: record.nodes ?? 0,
      version: record.version,
      state: record.verdict.state,
      evidenceAt: record.verdict.evidenceAt,
      // Told when asked for: those who only look at the state ask a thousand times a second.
      get fuseAt() {
        return fuses().fuse(record.cluster.id, at)?.dryAt
      },
      get dnsRefusal() {
        const fuse = fuses().fuse(record.cluster.id, at)
        return fuse && refuseDnsRestart(fuse)?.reason
      },
      get canary() {
        return canaryHint(record.window.recent('canary', at - 5 * 60_000, at))
      },
      callers: since =>
        record.window.recent('canary', since, now()).flatMap(seen => {
          const admission = admissionOf(seen)
          // Sent before it: what it waited for is not of that time.
          if (admission === 'inconclusive' || seen.at <= since) return []
          return { at: endedAt(seen), waitMs: waitOf(seen), served: admission === 'served' }
        }),
      get cores() {
        return record.cores.now(at)
      },
    }
  }
  return {
    clusters: () => [...records.all()].map(facts),
    cluster: id => {
      const record = records.get(id)
      return record && facts(record)
    },
    workloads: id =>
      [...(records.get(id)?.workloads.values() ?? [])].flatMap(({ at, seen }) =>
        seen.map(workload => toSnapshot(workload, at)),
      ),
    incident,
    unread: target => unreadClusters(records.all(), announcements(), target),
    bindings: (id, namespace, serviceAccount) => {
      const read = records.get(id)?.bindings
      return read && (read.byServiceAccount.get(`${namespace}/${serviceAccount}`) ?? [])
    },
  }
}

function toSnapshot(workload: WorkloadSeen, seenAt: number): WorkloadSnapshot {
  const whole = workload.object && workloadFromObject(workload.kind, workload.object, seenAt)
  if (whole) return { ...whole, pods: workload.desiredNumberScheduled ?? whole.pods }
  const { kind, namespace, name, uid, labels, annotations, serviceAccountName, images } = workload
  return {
    kind,
    namespace,
    name,
    uid,
    labels,
    annotations,
    serviceAccount: serviceAccountName,
    selector: {},
    podLabels: {},
    image: images?.[0],
    seenAt,
  }
}

/** How long the ordinary canary waited lately; no answer counts as its whole deadline. */
function canaryHint(canaries: Observation[]): ClusterFacts['canary'] {
  if (canaries.length === 0) return undefined
  const waits = canaries.map(o =>
    o.outcome === 'answer' && o.status < 400 ? o.durationMs : Math.max(o.durationMs, 10_000),
  )
  waits.sort((a, b) => a - b)
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0
  return { canaryP50Ms: at(0.5), canaryP95Ms: at(0.95), canaryP99Ms: at(0.99) }
}
