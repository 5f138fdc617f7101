import type { Principal } from '../access/types'
import { isToReview } from '../action/approval'
import type { Actions } from '../action/create-actions'
import { plannerOf } from '../action/kinds/planner-of'
import { lapsed } from '../action/lapse-action'
import type { Actor, ClusterFacts } from '../action/ports'
import { type ActionRow, type ActionSummary, type ShotRow, summaryOf } from '../action/store'
import { HoldfastError } from '../errors'
import type { TimelineEntry } from '../incident/types'
import { actionMarkdown } from '../wire/action-markdown'
import type { ActionPostInput } from '../wire/action-request'
import type { ActionDto, ActionSummaryDto, ConfirmPost, FreezeDto } from '../wire/actions'
import type { ApprovePost, DeclinePost, OverridePost, ReviewPost } from '../wire/approval'
import type { LaneDto } from '../wire/cluster-detail'
import type { NoticeDto } from '../wire/stream'
import { actionNotices } from './action-notices'
import { actionDto, actionSummaryDto } from './dto/action-dto'
import { iso } from './dto/times'

export interface DeskDeps {
  actions: Actions
  clusterName(id: string): string
  lanes(clusterId: string): LaneDto[]
  facts(clusterId: string): ClusterFacts | undefined
  /** Real time, in which people answer. */
  peopleNow(): number
  /** A line for the timeline. */
  tell(
    text: string,
    severity: TimelineEntry['severity'],
    about: Pick<TimelineEntry, 'actionId' | 'clusterId'>,
  ): void
}

interface View {
  action: ActionSummary
  shots: ShotRow[]
}

const SHOWN = 30
const LANE_ORDER = ['ordinary', 'exempt', 'direct'] as const

/** Keeps actions at hand for everybody who looks, and turns their verbs into what crosses the wire. */
export class ActionDesk {
  #views = new Map<string, View>()
  #told = new Set<string>()
  #frozen: { by: string; at: number } | undefined

  constructor(private readonly deps: DeskDeps) {}

  async list(): Promise<ActionSummaryDto[]> {
    const rows = await this.deps.actions.list()
    return rows.map(row => this.#summaryDto(row, this.#views.get(row.id)?.shots ?? []))
  }

  /** Those of the war room: what waits for somebody, then confirmed ones, newest first. */
  summaries(): ActionSummaryDto[] {
    const now = this.deps.peopleNow()
    const begunAt = ({ action }: View) => action.confirmedAt ?? action.plannedAt
    const waits = ({ action }: View) => action.state === 'awaiting' || isToReview(action)
    return [...this.#views.values()]
      .filter(({ action }) => action.state !== 'planned')
      .map(view => ({ ...view, action: lapsed(view.action, now) }))
      .sort((a, b) => Number(waits(b)) - Number(waits(a)) || begunAt(b) - begunAt(a))
      .slice(0, SHOWN)
      .map(({ action, shots }) => this.#summaryDto(action, shots))
  }

  /** What everybody must see: a freeze, and what went out without a second person. */
  notices(): NoticeDto[] {
    return actionNotices(
      this.#frozen,
      [...this.#views.values()].map(view => view.action),
    )
  }

  frozen(): { by: string; at: string } | null {
    return this.#frozen ? { by: this.#frozen.by, at: iso(this.#frozen.at) } : null
  }

  /** Another replica, or somebody before this start, may have frozen or thawed. */
  async lookAtFreeze(): Promise<void> {
    this.#frozen = await this.deps.actions.frozen()
  }

  /** An action with its shots, from memory where it is at hand; undefined when there is none. */
  async view(id: string): Promise<View | undefined> {
    const known = this.#views.get(id)
    if (known) return known
    try {
      const { action, shots } = await this.deps.actions.get(id)
      return { action: summaryOf(action), shots }
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'not-found') return undefined
      throw error
    }
  }

  async get(id: string): Promise<ActionDto> {
    const { action, shots } = await this.deps.actions.get(id)
    return this.#toDto(action, shots)
  }

  /** One plan as a file, to be kept, sent around or compared. */
  async export(id: string, format: 'json' | 'markdown'): Promise<string> {
    const action = await this.get(id)
    return format === 'json' ? `${JSON.stringify(action, null, 2)}\n` : actionMarkdown(action)
  }

  async plan(post: ActionPostInput, by: Principal): Promise<ActionDto> {
    const plan = await this.deps.actions.plan(post, actorOf(by))
    return this.get(plan.id)
  }

  async confirm(id: string, post: ConfirmPost, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.confirm(id, post, actorOf(by))
    const isAsked = action.state === 'awaiting'
    const does = isAsked ? `waits for a second person, asked for` : 'confirmed'
    this.#tell(action, `${does} by ${by.name}: ${post.reason}`, 'warn')
    return this.get(id)
  }

  async approve(id: string, post: ApprovePost, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.approve(id, post, actorOf(by))
    this.#tell(action, `approved by ${by.name}, asked for by ${action.approval?.askedBy}`, 'warn')
    return this.get(id)
  }

  async override(id: string, post: OverridePost, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.override(id, post, actorOf(by))
    this.#tell(
      action,
      `goes out without a second person: ${by.name} overrode ${post.guard}: ${post.reason}`,
      'critical',
    )
    return this.get(id)
  }

  async decline(id: string, post: DeclinePost, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.decline(id, post, actorOf(by))
    this.#tell(action, `${action.approval?.answer?.kind} by ${by.name}: ${post.reason}`, 'info')
    return this.get(id)
  }

  async review(id: string, post: ReviewPost, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.review(id, post, actorOf(by))
    this.#tell(action, `reviewed by ${by.name}: ${post.note}`, 'info')
    return this.get(id)
  }

  async freeze(by: Principal): Promise<FreezeDto> {
    await this.deps.actions.freeze(actorOf(by))
    this.deps.tell(`All actions frozen by ${by.name}`, 'critical', {})
    return this.#freezeDto(by)
  }

  async thaw(by: Principal): Promise<FreezeDto> {
    await this.deps.actions.thaw(actorOf(by))
    this.deps.tell(`Actions thawed by ${by.name}`, 'warn', {})
    return this.#freezeDto(by)
  }

  async pause(id: string, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.pause(id, actorOf(by))
    this.#tell(action, `paused by ${by.name}`, 'warn')
    return this.get(id)
  }

  async resume(id: string, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.resume(id, actorOf(by))
    this.#tell(action, `resumed by ${by.name}`, 'warn')
    return this.get(id)
  }

  async widen(id: string, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.widen(id, actorOf(by))
    const to = action.widenedTo === 1 ? 'its first 5 %' : 'all its clusters'
    this.#tell(action, `widened to ${to} by ${by.name}, without waiting for proof`, 'warn')
    return this.get(id)
  }

  async abort(id: string, by: Principal): Promise<ActionDto> {
    await this.deps.actions.abort(id, actorOf(by))
    this.deps.tell(`Action stopped by ${by.name}`, 'warn', { actionId: id })
    return this.get(id)
  }

  async undo(id: string, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.undo(id, actorOf(by))
    const isAsked = action.state === 'awaiting'
    const what = isAsked ? 'Undo waits for a second person, asked for by' : 'Undo begun by'
    this.deps.tell(`${what} ${by.name}`, 'warn', { actionId: action.id })
    return this.get(action.id)
  }

  /** Called by the actions whenever one of them changes. */
  actionChanged(action: ActionSummary): void {
    const view = this.#views.get(action.id)
    this.#views.set(action.id, { action, shots: view?.shots ?? [] })
  }

  /** Called by the replica that stopped it. */
  pausedItself(action: ActionSummary): void {
    const title = plannerOf(action.kind).title(action)
    this.deps.tell(`${title} paused by itself. ${action.pause?.reason}`, 'critical', { actionId: action.id })
  }

  shotChanged(shot: ShotRow): void {
    const view = this.#views.get(shot.actionId)
    if (!view) return
    const at = view.shots.findIndex(one => one.id === shot.id)
    if (at < 0) view.shots.push(shot)
    else view.shots[at] = shot
    if (shot.state === 'landed') this.#tellLanding(shot, view)
  }

  /** Whether a fix is in effect somewhere, lately or still going on. */
  isLanding(): boolean {
    return [...this.#views.values()].some(
      ({ action, shots }) => action.state === 'running' && shots.some(shot => shot.landedAt !== undefined),
    )
  }

  async start(): Promise<void> {
    await this.deps.actions.start()
  }

  async stop(): Promise<void> {
    await this.deps.actions.stop()
  }

  /** Fills the desk from the database after a start. */
  async recall(): Promise<void> {
    await this.lookAtFreeze()
    const known = [...(await this.deps.actions.list(SHOWN)), ...(await this.deps.actions.open())]
    for (const action of known) {
      if (action.state === 'planned') continue
      const view = await this.deps.actions.get(action.id)
      this.#views.set(action.id, { action: summaryOf(view.action), shots: view.shots })
    }
  }

  /** The world they were meant for is gone. */
  async expireAll(): Promise<void> {
    for (const action of await this.deps.actions.list(SHOWN))
      if (['awaiting', 'running', 'undoing'].includes(action.state))
        await this.deps.actions.abort(action.id, { name: 'holdfast' })
    this.#views.clear()
    this.#told.clear()
  }

  #tell({ id, plan }: ActionRow, text: string, severity: TimelineEntry['severity']): void {
    const { request, targets } = plan
    const title = `${plannerOf(request.kind).title(request)} on ${targets.length} clusters`
    this.deps.tell(`${title} ${text}`, severity, { actionId: id })
  }

  async #freezeDto(by: Principal): Promise<FreezeDto> {
    await this.lookAtFreeze()
    const at = this.#frozen?.at ?? this.deps.peopleNow()
    return { frozen: this.#frozen !== undefined, by: this.#frozen?.by ?? by.name, at: iso(at) }
  }

  #tellLanding(shot: ShotRow, view: View): void {
    const key = `${shot.actionId} ${shot.stepKind}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    const lane = shot.lane ? ` by ${shot.lane}` : ''
    const count = view.action.blastRadius.clusters
    this.deps.tell(
      `First ${shot.stepKind.replace(/-/g, ' ')} landed: ${this.deps.clusterName(shot.clusterId)}${lane}, try ${shot.attempts}; ${count} clusters in all`,
      'info',
      { actionId: shot.actionId, clusterId: shot.clusterId },
    )
  }

  #summaryDto(action: ActionSummary, shots: ShotRow[]): ActionSummaryDto {
    return actionSummaryDto(action, shots, this.deps.clusterName, this.#undoOf(action))
  }

  /** What runs for an action that is being undone. */
  #undoOf({ id, state }: Pick<ActionSummary, 'id' | 'state'>): View | undefined {
    if (state !== 'undoing') return undefined
    return [...this.#views.values()].find(({ action }) => action.undoOf === id && action.state === 'running')
  }

  #toDto(action: ActionRow, shots: ShotRow[]): ActionDto {
    return actionDto(action, shots, {
      clusterName: this.deps.clusterName,
      undo: this.#undoOf(action),
      reachedBy: id => {
        const lanes = this.deps.lanes(id)
        const open = LANE_ORDER.find(kind =>
          lanes.some(lane => lane.kind === kind && (lane.state === 'open' || lane.state === 'slow')),
        )
        return open ?? 'none yet: armed'
      },
      facts: this.deps.facts,
    })
  }
}

/** Who asks, as actions know them. */
export const actorOf = ({ name, via, method, identities }: Principal): Actor => ({
  name,
  via,
  identities,
  breakGlass: method === 'break-glass',
})
