import { assessCaller } from './assess-caller'
import { assessScaling } from './assess-scaling'
import { assessSpace } from './assess-space'
import { assessTime } from './assess-time'
import type { RollOut } from './merge-roll-outs'
import type { Announcement } from './place-announcement'
import type { FleetView } from './standing'
import { clamp01 } from './statistics'
import type { Evidence, ScalingLaw } from './types'
import { durationWords, excerpt } from './words'

export interface ScoredRollOut {
  rollOut: RollOut
  /** 0–1. */
  score: number
  evidence: Evidence[]
  scaling?: ScalingLaw
  /** Sick clusters that carry it. */
  sickIds: readonly string[]
}

/** Blame halves with this much time between the change and the distress. */
const HALF_LIFE_MS = 8 * 3_600_000
/** Load that is there now is put down to a change of this age by half. */
const LOAD_HALF_MS = 60 * 60_000
/** Weight of correlation alone, when no load is known, or when none was added. */
const WITHOUT_LOAD_DATA = 0.7
const WITHOUT_ADDED_LOAD = 0.35
const WITH_MECHANISM = 0.95
/** What the mechanism can blame by itself, before many clusters are sick. */
const MECHANISM_ALONE = 0.6

/** Weighs one roll-out: correlation in time and space, with or without a mechanism, decayed with age. */
export function scoreRollOut(
  rollOut: RollOut,
  fleet: FleetView,
  unplaced: readonly Announcement[] = [],
): ScoredRollOut {
  const time = assessTime(rollOut, fleet)
  const space = assessSpace(rollOut, fleet)
  const caller = assessCaller(rollOut, fleet)
  const scaling = assessScaling(rollOut, fleet)
  const ageMs = ageOf(rollOut, fleet, time.medianDelayMs)

  const sickIds = fleet.sick.flatMap(({ clusterId }) => (rollOut.times.has(clusterId) ? clusterId : []))
  const explained = fleet.sick.length > 0 ? sickIds.length / fleet.sick.length : 1

  const link = Math.sqrt(time.score * space.score)
  const mechanism = mechanismOf(caller?.score, scaling?.score)
  const correlated =
    mechanism === undefined
      ? WITHOUT_LOAD_DATA * link
      : link * (WITHOUT_ADDED_LOAD + (WITH_MECHANISM - WITHOUT_ADDED_LOAD) * mechanism)
  const recent = ageMs === undefined ? 0 : 1 / (1 + (ageMs / LOAD_HALF_MS) ** 2)
  const danger = MECHANISM_ALONE * (scaling?.score ?? 0) * explained * recent
  const decay = 2 ** (-(ageMs ?? 0) / HALF_LIFE_MS)
  const score = clamp01((1 - (1 - correlated) * (1 - danger)) * decay)

  const evidence = [time.evidence, space.evidence, caller?.evidence, scaling?.evidence]
    .concat(ageEvidence(ageMs, decay), pipelineEvidence(rollOut, unplaced))
    .filter(one => one !== undefined)
  return { rollOut, score, evidence, scaling: scaling?.law, sickIds }
}

/** Either sign suffices; both are better. Undefined when neither could be looked at. */
function mechanismOf(caller: number | undefined, scaling: number | undefined): number | undefined {
  if (caller === undefined && scaling === undefined) return undefined
  return 1 - (1 - 0.7 * (caller ?? 0)) * (1 - 0.9 * (scaling ?? 0))
}

/**
 * From the change to what it is blamed for: to the distress of its carriers, else, while nobody is sick, to now.
 * Undefined when clusters fell ill before the first change, or all of them elsewhere.
 */
function ageOf(rollOut: RollOut, fleet: FleetView, medianDelayMs: number | undefined): number | undefined {
  if (medianDelayMs !== undefined) return medianDelayMs
  return fleet.sick.length === 0 ? Math.max(0, fleet.now - rollOut.lastAt) : undefined
}

function ageEvidence(ageMs: number | undefined, decay: number): Evidence | undefined {
  if (ageMs === undefined || decay > 0.9) return undefined
  const age = durationWords(ageMs)
  return { kind: 'age', text: `It changed ${age} before; blame fades with age.`, figure: age, score: decay }
}

/** The pipeline's word adds nothing to the blame; it helps people to find who knows. */
function pipelineEvidence(rollOut: RollOut, unplaced: readonly Announcement[]): Evidence | undefined {
  const { kind, namespace, name, version } = rollOut
  const told =
    rollOut.told ??
    unplaced.find(
      one =>
        one.kind.toLowerCase() === kind.toLowerCase() &&
        one.namespace === namespace &&
        one.name === name &&
        (one.version === undefined || version === undefined || one.version === version),
    )
  if (!told) return undefined
  const note = told.note ? `: “${excerpt(told.note)}”` : ''
  return { kind: 'pipeline', text: `A pipeline told of it${note}.`, figure: 'told', score: 1 }
}
