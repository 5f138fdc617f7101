import type { ActionDto, EffectDto, ShotDto, TargetDto } from '@/lib/wire/actions'

/** One line of the table: a cluster with its shots in order. */
export interface ShotRow {
  clusterId: string
  clusterName: string
  target: TargetDto | undefined
  shots: ShotDto[]
  effect: EffectDto | undefined
  attempts: number
}

export type ShotFilter = 'all' | 'open' | 'landed' | 'trouble'

const TROUBLE: readonly ShotDto['state'][] = ['refused', 'expired', 'aborted', 'unverified', 'draining']
const LANDED: readonly ShotDto['state'][] = ['landed', 'verified', 'superseded']

/** The action's shots by cluster, in the order of its targets, so that rows keep their place. */
export function groupShots(action: Pick<ActionDto, 'targets' | 'shots' | 'effects'>): ShotRow[] {
  const rows = new Map<string, ShotRow>()
  const effects = new Map(action.effects.map(effect => [effect.clusterId, effect]))
  for (const target of action.targets) {
    rows.set(target.clusterId, {
      clusterId: target.clusterId,
      clusterName: target.clusterName,
      target,
      shots: [],
      effect: effects.get(target.clusterId),
      attempts: 0,
    })
  }
  for (const shot of action.shots) {
    const row = rows.get(shot.clusterId) ?? {
      clusterId: shot.clusterId,
      clusterName: shot.clusterId,
      target: undefined,
      shots: [],
      effect: effects.get(shot.clusterId),
      attempts: 0,
    }
    row.shots.push(shot)
    row.attempts += shot.attempts
    rows.set(shot.clusterId, row)
  }
  for (const row of rows.values()) row.shots.sort((a, b) => a.step - b.step)
  return [...rows.values()]
}

export function fitsFilter(row: ShotRow, filter: ShotFilter): boolean {
  if (filter === 'all') return true
  if (filter === 'trouble') return row.shots.some(s => TROUBLE.includes(s.state))
  const isLanded = row.shots.length > 0 && row.shots.every(s => LANDED.includes(s.state))
  return filter === 'landed' ? isLanded : !isLanded
}

const UNDER_WAY: readonly ShotDto['state'][] = ['trying', 'draining', 'armed']

/** Of several writes of a kind the one that says most: in trouble, under way, or the last that landed. */
export function tellingOf(shots: readonly ShotDto[]): ShotDto | undefined {
  return (
    shots.find(shot => shot.state !== 'draining' && TROUBLE.includes(shot.state)) ??
    shots.find(shot => UNDER_WAY.includes(shot.state)) ??
    shots.findLast(shot => shot.landedAt !== null) ??
    shots[0]
  )
}
