import type { Principal, ProbeAgent } from '../access/types'
import type { Subscription } from '../live/bus'
import type { SimulationPost } from '../wire/access'
import type { ActionPostInput } from '../wire/action-request'
import type { ActionDto, ActionSummaryDto, ConfirmPost, FreezeDto } from '../wire/actions'
import type { ApprovePost, DeclinePost, OverridePost, ReviewPost } from '../wire/approval'
import type { ClusterDetailDto } from '../wire/cluster-detail'
import type { DnsObservationDto, DnsObservationPost } from '../wire/dns-observations'
import type { DnsSourcesDto } from '../wire/dns-sources'
import type { FleetDto } from '../wire/fleet'
import type { FusesDto } from '../wire/fuses'
import type { PlayPartPost, PlayRunDto, PlayStartPost, PlaysDto } from '../wire/plays'
import type { ClusterReadinessDto, ReadinessDto } from '../wire/readiness'
import type { SealApprovePost, SealArmPost, SealDto, SealWithdrawPost } from '../wire/seals'
import type { StatusPageDto } from '../wire/status'
import type { WarRoomDto } from '../wire/stream'
import type { ChangeDto, ChangePost, SuspectsDto } from '../wire/suspects'
import type { SimulationDto } from '../wire/time'
import type { IncidentPost, TimelineEntryDto } from '../wire/timeline'
import type { AccessDesk } from './access-desk'
import type { AuditDesk } from './audit-desk'
import type { FleetScope } from './fleet-scope'
import type { ReadinessQuery } from './readiness'

/** One event of the stream, serialised once for all readers. */
export interface StreamEvent {
  name: 'snapshot' | 'delta'
  /** `<epoch>-<seq>` */
  id: string
  data: string
}

/** What the routes may ask. Reads never wait for a cluster or the database unless they say so. */
export interface Engine {
  readonly access: AccessDesk
  fleet(): FleetDto
  /** Of the whole fleet, or of what a scope holds. @throws HoldfastError `not-found` when that is nothing */
  fuses(scope?: FleetScope): FusesDto
  /** Who tells what DNS does, apart from API servers. @throws HoldfastError `not-found` when a scope holds nothing */
  dnsSources(scope?: FleetScope): DnsSourcesDto
  /** @throws HoldfastError `not-found`, `invalid-input`, `expired` or `conflict`, see `acceptReport` */
  observeDns(post: DnsObservationPost, agent: ProbeAgent): DnsObservationDto
  suspects(): SuspectsDto
  warRoom(): WarRoomDto
  /** @throws HoldfastError `not-found` */
  cluster(id: string): ClusterDetailDto
  /** Proves every way in now. @throws HoldfastError `not-found`, `too-many-requests`, `unavailable` */
  proveLanes(id: string, by: Principal): Promise<ClusterDetailDto>
  /** @throws HoldfastError `not-found`, or `blocked-by-guard` below the bar that was asked for */
  readiness(query: ReadinessQuery): Promise<ReadinessDto>
  /** @throws HoldfastError `not-found` */
  clusterReadiness(id: string): ClusterReadinessDto
  changes(): Promise<ChangeDto[]>
  reportChange(post: ChangePost, by: Principal): Promise<ChangeDto>
  timeline(): TimelineEntryDto[]
  note(text: string, by: Principal): Promise<TimelineEntryDto>
  /** A person says that there is an incident, or how grave it is. @returns what is open now */
  declareIncident(post: IncidentPost, by: Principal): Promise<WarRoomDto['incident']>
  /** @throws HoldfastError `conflict` when nobody declared one */
  endIncident(by: Principal): Promise<void>
  readonly actions: {
    list(): Promise<ActionSummaryDto[]>
    get(id: string): Promise<ActionDto>
    export(id: string, format: 'json' | 'markdown'): Promise<string>
    plan(post: ActionPostInput, by: Principal): Promise<ActionDto>
    confirm(id: string, post: ConfirmPost, by: Principal): Promise<ActionDto>
    approve(id: string, post: ApprovePost, by: Principal): Promise<ActionDto>
    override(id: string, post: OverridePost, by: Principal): Promise<ActionDto>
    decline(id: string, post: DeclinePost, by: Principal): Promise<ActionDto>
    review(id: string, post: ReviewPost, by: Principal): Promise<ActionDto>
    freeze(by: Principal): Promise<FreezeDto>
    thaw(by: Principal): Promise<FreezeDto>
    pause(id: string, by: Principal): Promise<ActionDto>
    resume(id: string, by: Principal): Promise<ActionDto>
    widen(id: string, by: Principal): Promise<ActionDto>
    abort(id: string, by: Principal): Promise<ActionDto>
    undo(id: string, by: Principal): Promise<ActionDto>
  }
  readonly plays: {
    all(): Promise<PlaysDto>
    run(id: string): Promise<PlayRunDto>
    start(id: string, post: PlayStartPost, by: Principal): Promise<PlayRunDto>
    planPart(runId: string, post: PlayPartPost, by: Principal): Promise<PlayRunDto>
    end(runId: string, by: Principal): Promise<PlayRunDto>
  }
  readonly seals: {
    list(): Promise<SealDto[]>
    approve(id: string, post: SealApprovePost, by: Principal): Promise<SealDto>
    withdraw(id: string, post: SealWithdrawPost, by: Principal): Promise<SealDto>
    arm(id: string, post: SealArmPost, by: Principal): Promise<ActionDto>
  }
  readonly audit: Pick<AuditDesk, 'page' | 'verify' | 'export'>
  /** @throws HoldfastError `not-found` when the fleet is real */
  simulation(post: SimulationPost, by: Principal): Promise<SimulationDto>
  subscribe(lastEventId: string | undefined): Subscription<StreamEvent> | undefined
  statusPage(): StatusPageDto
  /** Prometheus text of Holdfast itself. */
  metrics(): Promise<{ contentType: string; text: string }>
  health(): { ok: boolean; database: boolean; clusters: number; lagMs: number }
  stop(): Promise<void>
}

const KEY = Symbol.for('holdfast.engine')
type Holder = { [KEY]?: Engine }

/** Instrumentation and routes get separate copies of a module; the global object is shared. */
export function setEngine(engine: Engine | undefined): void {
  ;(globalThis as Holder)[KEY] = engine
}

export function findEngine(): Engine | undefined {
  return (globalThis as Holder)[KEY]
}
