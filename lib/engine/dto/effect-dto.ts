import type { ClusterFacts } from '../../action/ports'
import type { ShotRow } from '../../action/store'
import type { ClusterFigures } from '../../action/types'
import type { EffectDto } from '../../wire/actions'
import { iso, isoOrNull } from './times'

const BEFORE_MS = 5 * 60_000
/** As many as a line of a table can show. */
const MOST_WAITS = 60

/** Before and after on every cluster that something was sent to, in the order of the shots. */
export function effectDtos(
  shots: readonly ShotRow[],
  facts: (clusterId: string) => ClusterFacts | undefined,
): EffectDto[] {
  const byCluster = new Map<string, ShotRow[]>()
  for (const shot of shots) {
    const own = byCluster.get(shot.clusterId)
    if (own) own.push(shot)
    else byCluster.set(shot.clusterId, [shot])
  }
  return [...byCluster].flatMap(([clusterId, own]) => effectDto(clusterId, own, facts(clusterId)) ?? [])
}

function effectDto(
  clusterId: string,
  shots: readonly ShotRow[],
  facts: ClusterFacts | undefined,
): EffectDto | undefined {
  const before = shots.find(shot => shot.effect?.before)?.effect?.before
  if (!before) return undefined
  const landings = shots.flatMap(({ landedAt }) => landedAt ?? [])
  const landedAt = landings.length > 0 ? Math.max(...landings) : undefined
  const judged = shots.findLast(shot => shot.effect?.after)?.effect?.after
  const after = judged ?? (landedAt === undefined ? undefined : presently(facts, landedAt))
  const tries = facts?.callers?.(before.at - BEFORE_MS) ?? []
  return {
    clusterId,
    before: figuresDto(before),
    after: after ? figuresDto(after) : null,
    landedAt: isoOrNull(landedAt),
    waits: tries
      .slice(-MOST_WAITS)
      .map(({ at, waitMs, served }) => ({ at: iso(at), ms: served ? waitMs : null })),
  }
}

function presently(facts: ClusterFacts | undefined, landedAt: number): ClusterFigures | undefined {
  if (facts?.evidenceAt === undefined || facts.evidenceAt <= landedAt) return undefined
  return {
    at: facts.evidenceAt,
    state: facts.state,
    canaryP95Ms: facts.canary?.canaryP95Ms,
    cores: facts.cores,
  }
}

function figuresDto({ at, state, canaryP95Ms, cores }: ClusterFigures): EffectDto['before'] {
  return { at: iso(at), state, canaryP95Ms: canaryP95Ms ?? null, cores: cores ?? null }
}
