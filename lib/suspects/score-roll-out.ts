import { assessCaller } from './assess-caller'
import { assessScaling } from './assess-scaling'
import { assessSpace, type SpaceLink } from './assess-space'
import { assessTime, type TimeLink } from './assess-time'
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

/** Roll-outs below this are not shown; what cannot reach it is looked at no further. */
export const SHOWN_SCORE = 0.03
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
  const sickIds = fleet.sick.flatMap(({ clusterId }) => (rollOut.times.has(clusterId) ? clusterId : []))
  if (fleet.sick.length > 0 && sickIds.length === 0) return { rollOut, score: 0, evidence: [], sickIds }
  const time = assessTime(rollOut, fleet)
  const space = assessSpace(rollOut, fleet)
  const correlation = correlate(rollOut, fleet, time, space, sickIds.length)
  const common = {
    rollOut,
    sickIds,
    evidence: [time.evidence, space.evidence].filter(one => one !== undefined),
  }
  if (combine(correlation, 1, 1) < SHOWN_SCORE) return { ...common, score: 0 }

  const caller = assessCaller(rollOut, fleet)
  const scaling = assessScaling(rollOut, fleet)
  const score = combine(correlation, mechanismOf(caller?.score, scaling?.score), scaling?.score ?? 0)
  const more = [
    caller?.evidence,
    scaling?.evidence,
    ageEvidence(correlation),
    pipelineEvidence(rollOut, unplaced),
  ]
  const evidence = common.evidence.concat(more.filter(one => one !== undefined))
  return { ...common, score, evidence, scaling: scaling?.law }
}

/** What the blame rests on before load is looked at. */
interface Correlation {
  /** Time and space together, 0–1. */
  link: number
  /** Share of the sick that carry it; 1 while nobody is sick. */
  explained: number
  /**
   * From the change to what it is blamed for: to the distress of its carriers, else, while nobody is sick, to now.
   * Undefined when its carriers fell ill before it.
   */
  ageMs?: number
  /** 1 for a new change, halving with age. */
  decay: number
}

function correlate(
  rollOut: RollOut,
  fleet: FleetView,
  time: TimeLink,
  space: SpaceLink,
  sickCarriers: number,
): Correlation {
  const sinceLast = fleet.sick.length === 0 ? Math.max(0, fleet.now - rollOut.lastAt) : undefined
  const ageMs = time.medianDelayMs ?? sinceLast
  return {
    link: Math.sqrt(time.score * space.score),
    explained: fleet.sick.length > 0 ? sickCarriers / fleet.sick.length : 1,
    ageMs,
    decay: 2 ** (-(ageMs ?? 0) / HALF_LIFE_MS),
  }
}

/** The score that correlation gives with this mechanism (undefined = no load is known) and steepness of load. */
function combine(
  { link, explained, ageMs, decay }: Correlation,
  mechanism: number | undefined,
  steep: number,
): number {
  const weight =
    mechanism === undefined
      ? WITHOUT_LOAD_DATA
      : WITHOUT_ADDED_LOAD + (WITH_MECHANISM - WITHOUT_ADDED_LOAD) * mechanism
  const recent = ageMs === undefined ? 0 : 1 / (1 + (ageMs / LOAD_HALF_MS) ** 2)
  const danger = MECHANISM_ALONE * steep * explained * recent
  return clamp01((1 - (1 - link * weight) * (1 - danger)) * decay)
}

/** Either sign suffices; both are better. Undefined when neither could be looked at. */
function mechanismOf(caller: number | undefined, scaling: number | undefined): number | undefined {
  if (caller === undefined && scaling === undefined) return undefined
  return 1 - (1 - 0.7 * (caller ?? 0)) * (1 - 0.9 * (scaling ?? 0))
}

function ageEvidence({ ageMs, decay }: Correlation): Evidence | undefined {
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
