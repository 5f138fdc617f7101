import { CHANGE_WINDOW_MS } from './keep-changes'
import { mergeRollOuts } from './merge-roll-outs'
import type { Announcement } from './place-announcement'
import { placeAnnouncement } from './place-announcement'
import { type ScoredRollOut, SHOWN_SCORE, scoreRollOut } from './score-roll-out'
import { type FleetView, viewFleet } from './standing'
import { trackProgress } from './track-progress'
import type { ChangeSeen, ClusterLoad, Suspect, SuspectReport } from './types'
import { countWords, durationWords, excerpt, plural } from './words'

/** Below this nobody is named: a lead so weak would send people the wrong way. */
const BLAME_SCORE = 0.25
/** Who is named already stays named down to this: evidence wavers while clusters fall, and a name must not flicker. */
const STILL_NAMED_SCORE = 0.12
const MAX_SHOWN = 8

export interface RankInput {
  /** Epoch ms. */
  now: number
  /** Changes seen in clusters' inventories, of any age. */
  changes: readonly ChangeSeen[]
  /** Changes told by pipelines. */
  announcements?: readonly Announcement[]
  /** The whole fleet. */
  clusters: readonly ClusterLoad[]
  /** Id of the suspect who led before, if any. */
  leaderBefore?: string
}

/**
 * Ranks what changed shortly before against who is sick. Temporal and spatial correlation are combined, decay with
 * age, and the strongest blame takes the clusters that it explains (Gandalf, NSDI 2020); the mechanism, a caller whose
 * load grows faster than the cluster, can bring a roll-out up before it has made many sick.
 */
export function rankSuspects({
  now,
  changes,
  announcements = [],
  clusters,
  leaderBefore,
}: RankInput): SuspectReport {
  const fleet = viewFleet(clusters, now)
  const known = new Set(clusters.map(({ clusterId }) => clusterId))
  const told = announcements.flatMap(placeAnnouncement)
  const recent = [...changes, ...told].filter(
    ({ at, clusterId }) => known.has(clusterId) && at <= now && now - at <= CHANGE_WINDOW_MS,
  )
  const unplaced = announcements.filter(
    ({ at, clusterIds }) => clusterIds.length === 0 && now - at <= CHANGE_WINDOW_MS,
  )
  const rollOuts = mergeRollOuts(recent)
  const scored = explainAway(rollOuts.map(rollOut => scoreRollOut(rollOut, fleet, unplaced)))
  const bar =
    leaderBefore !== undefined && scored[0]?.rollOut.id === leaderBefore ? STILL_NAMED_SCORE : BLAME_SCORE
  const shown = (scored[0]?.score ?? 0) >= bar ? scored.filter(({ score }) => score >= SHOWN_SCORE) : []
  const suspects = shown.slice(0, MAX_SHOWN).map(one => toSuspect(one, fleet))
  return {
    at: now,
    suspects,
    considered: rollOuts.length,
    ruledOut: rollOuts.length - suspects.length,
    verdict: verdictOf(fleet, scored, suspects[0]),
  }
}

/** Best first; the best takes what it explains from the others, all the more the better it explains it. */
function explainAway(scored: readonly ScoredRollOut[]): ScoredRollOut[] {
  const sorted = [...scored].sort((a, b) => b.score - a.score || (a.rollOut.id < b.rollOut.id ? -1 : 1))
  const [best] = sorted
  if (!best || best.score === 0) return sorted
  const taken = new Set(best.sickIds)
  return sorted
    .map(one => {
      if (one === best) return one
      const shared = one.sickIds.filter(id => taken.has(id)).length
      const overlap = one.sickIds.length > 0 ? shared / one.sickIds.length : 1
      return { ...one, score: one.score * (1 - overlap * (1 - one.score / best.score)) }
    })
    .sort((a, b) => b.score - a.score || (a.rollOut.id < b.rollOut.id ? -1 : 1))
}

function toSuspect({ rollOut, score, evidence, scaling }: ScoredRollOut, fleet: FleetView): Suspect {
  const critical = scaling?.criticalNodes
  const atRisk =
    critical === undefined
      ? 0
      : fleet.clusters.filter(
          ({ clusterId, nodes }) => !rollOut.times.has(clusterId) && (nodes ?? 0) >= critical,
        ).length
  return {
    id: rollOut.id,
    kind: rollOut.kind,
    namespace: rollOut.namespace,
    name: rollOut.name,
    version: rollOut.version,
    serviceAccount: rollOut.serviceAccount,
    score,
    evidence,
    scaling,
    rollout: {
      firstAt: rollOut.firstAt,
      lastAt: rollOut.lastAt,
      reached: rollOut.times.size,
      total: fleet.clusters.length,
      ...trackProgress(rollOut, fleet.clusters.length, fleet.now),
      atRisk,
      reachedClusterIds: [...rollOut.times.keys()],
    },
  }
}

function verdictOf(fleet: FleetView, scored: readonly ScoredRollOut[], first: Suspect | undefined): string {
  const sick = fleet.sick.length
  if (first) {
    const name = excerpt(first.name, 80)
    const carry = first.evidence.find(({ kind }) => kind === 'space')?.figure
    if (sick === 0) return `Nobody is sick yet, but the load of ${name} grows faster than its clusters.`
    return `${name} explains it best${carry ? `; sick clusters that carry it: ${carry}` : ''}.`
  }
  if (sick === 0) return 'No cluster is sick; there is nothing to explain.'
  const window = durationWords(CHANGE_WINDOW_MS)
  if (scored.length === 0)
    return `Nothing is known to have changed in ${window}: look for a cause outside of roll-outs.`
  return `None of the ${plural(scored.length, 'change')} of the last ${window} fits the ${countWords(sick)} sick: look for a cause outside of roll-outs.`
}
