import type { PlayConfig } from '../../fleet/play-schema'
import { filterText, matchClusters } from './match-clusters'
import type { PartAction, PlayFacts } from './types'

const LANDED = new Set(['landed', 'verified', 'unverified'])
const OPEN = new Set(['waiting', 'armed', 'trying', 'draining'])

/** What of the fleet's state a play or a part still misses, in words; undefined when all of it holds. */
export function missingOf(when: PlayConfig['when'], facts: PlayFacts): string | undefined {
  if (when.incident && facts.incident === null) return 'no incident is open'
  if (when.suspect && !facts.suspect) return 'no suspect leads the ranking'
  if (when.clusters && matchClusters(when.clusters, facts.clusters).length === 0)
    return `no cluster is ${filterText(when.clusters)}`
  return undefined
}

type Milestone = 'landed' | 'verified' | 'calm'

/** Whether an action has come so far. Nothing counts that was not confirmed, and nothing while a shot is open. */
export function hasReached(milestone: Milestone, current: PartAction | undefined, facts: PlayFacts): boolean {
  const shots = current?.shots ?? []
  const landed = shots.filter(shot => LANDED.has(shot.state))
  if (landed.length === 0 || shots.some(shot => OPEN.has(shot.state))) return false
  if (milestone === 'landed') return true
  if (milestone === 'verified') return landed.every(shot => shot.state === 'verified')
  const reached = new Set(landed.map(shot => shot.clusterId))
  return facts.clusters.every(({ id, state }) => !reached.has(id) || state === 'Healthy')
}

/** `Freeze roll-outs has landed`: for a sentence that begins with "waits until". */
export function milestoneText(title: string, milestone: Milestone): string {
  if (milestone === 'landed') return `“${title}” has landed`
  if (milestone === 'verified') return `“${title}” is verified`
  return `the clusters of “${title}” are healthy again`
}
