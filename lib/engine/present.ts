import type { Fleet } from '../fleet/types'
import type { FleetDto } from '../wire/fleet'
import type { WarRoomDto } from '../wire/stream'
import type { ActionDesk } from './action-desk'
import { fleetClusterDto } from './dto/fleet-dto'
import { fusesDto } from './dto/fuses-dto'
import { suspectsDto } from './dto/suspects-dto'
import { timelineEntryDto } from './dto/timeline-dto'
import { iso } from './dto/times'
import { noticesOf, type OwnState } from './notices'
import type { SimulationControl } from './simulation-control'
import type { World } from './world'

const TIMELINE_SHOWN = 200

export function fleetDto({ fleet, watch, products }: World, simulated: boolean, now: number): FleetDto {
  return {
    at: iso(now),
    simulated,
    products,
    clusters: [...watch.records.values()].map(record =>
      fleetClusterDto(record, watch.fuses.fuse(record.cluster.id, now), now),
    ),
    problems: problemsOf(fleet),
  }
}

/** All that the war room shows at `now`. `wallNow` lets browsers run the same clock. */
export function describePresent(
  world: World,
  desk: ActionDesk,
  control: SimulationControl | undefined,
  own: OwnState,
  now: number,
  wallNow: number,
): Omit<WarRoomDto, 'seq' | 'epoch'> {
  const { watch, products } = world
  const pace = control?.state
  return {
    clock: { wallAt: iso(wallNow), at: iso(now), speed: pace?.speed ?? 1, paused: pace?.paused ?? false },
    simulation: pace
      ? {
          scenario: pace.scenario,
          seed: pace.seed,
          speed: pace.speed,
          paused: pace.paused,
          lagMs: Math.round(Math.max(pace.lagMs, own.behindMs)),
          scenarios: control?.scenarios ?? [],
        }
      : null,
    fleet: fleetDto(world, control !== undefined, now),
    fuses: fusesDto(watch.records.values(), watch.fuses, products, now),
    suspects: suspectsDto(watch.suspects),
    actions: desk.summaries(),
    timeline: watch.timeline.slice(0, TIMELINE_SHOWN).map(timelineEntryDto),
    notices: [...desk.notices(), ...noticesOf(own)],
    frozen: desk.frozen(),
    incident: watch.incident
      ? {
          severity: watch.incident.severity,
          title: watch.incident.title,
          since: iso(watch.incident.since),
          declaredBy: watch.incident.declaredBy ?? null,
        }
      : null,
  }
}

/** What belongs to no cluster, then what people should know of clusters that are watched all the same. */
function problemsOf(fleet: Fleet): FleetDto['problems'] {
  const warnings = fleet.clusters.flatMap(({ name, warnings = [] }) =>
    warnings.map(({ message, ...rest }) => ({ message: `${name}: ${message}`, ...rest })),
  )
  return [...fleet.problems, ...warnings].map(({ message, where, hint }) => ({ message, where, hint }))
}
