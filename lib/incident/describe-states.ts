import type { ControlPlaneState } from '../health/types'
import type { TimelineEntry } from './types'

export interface StateChange {
  clusterId: string
  clusterName: string
  from: ControlPlaneState
  to: ControlPlaneState
  /** Epoch ms since when. */
  since: number
  /** The weightiest reason, in words. */
  reason?: string
}

const WORDS: Record<ControlPlaneState, string> = {
  Healthy: 'healthy again',
  Strained: 'strained',
  Overloaded: 'overloaded',
  LockedOut: 'locked out',
  Dark: 'dark',
  Recovering: 'recovering',
  Unknown: 'not known any more',
}
const SEVERITY: Record<ControlPlaneState, TimelineEntry['severity']> = {
  Healthy: 'info',
  Strained: 'info',
  Overloaded: 'warn',
  LockedOut: 'critical',
  Dark: 'critical',
  Recovering: 'info',
  Unknown: 'warn',
}
/** A burst is told in one line that names this many. */
const NAMED = 3

/**
 * Timeline lines for the state changes of one moment: one line a change, or one for all of a kind when they come
 * in a burst, so that the feed can be read while a fleet falls. First sights and strain are not told.
 */
export function describeStates(changes: StateChange[], nextId: () => string): TimelineEntry[] {
  const told = changes.filter(
    change => change.to !== 'Strained' && !(change.from === 'Unknown' && change.to === 'Healthy'),
  )
  const byState = groupByState(told)
  return [...byState].flatMap(([state, group]) => {
    const base = { kind: 'state' as const, severity: SEVERITY[state], by: 'watch' }
    if (group.length <= NAMED)
      return group.map(change => ({
        ...base,
        id: nextId(),
        at: change.since,
        clusterId: change.clusterId,
        text: `${change.clusterName} is ${WORDS[state]}${change.reason ? `: ${change.reason}` : ''}`,
      }))
    const names = group.slice(0, NAMED).map(change => change.clusterName)
    return [
      {
        ...base,
        id: nextId(),
        at: Math.max(...group.map(change => change.since)),
        text: `${group.length} clusters are ${WORDS[state]}: ${names.join(', ')} and ${group.length - NAMED} more`,
      },
    ]
  })
}

function groupByState(changes: StateChange[]): Map<ControlPlaneState, StateChange[]> {
  const groups = new Map<ControlPlaneState, StateChange[]>()
  for (const change of changes) {
    const group = groups.get(change.to)
    if (group) group.push(change)
    else groups.set(change.to, [change])
  }
  return groups
}
