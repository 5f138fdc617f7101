import type { Principal } from '../access/types'
import type { Actions } from '../action/create-actions'
import { plannerOf } from '../action/kinds/planner-of'
import { type ActionRow, type ActionSummary, type ShotRow, summaryOf } from '../action/store'
import type { TimelineEntry } from '../incident/types'
import type { ActionPostInput } from '../wire/action-request'
import type { ActionDto, ActionSummaryDto, ConfirmPost } from '../wire/actions'
import type { LaneDto } from '../wire/cluster-detail'
import { actionDto, actionSummaryDto } from './dto/action-dto'

export interface DeskDeps {
  actions: Actions
  clusterName(id: string): string
  lanes(clusterId: string): LaneDto[]
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

  constructor(private readonly deps: DeskDeps) {}

  async list(): Promise<ActionSummaryDto[]> {
    const rows = await this.deps.actions.list()
    return rows.map(row => actionSummaryDto(row, this.#views.get(row.id)?.shots ?? []))
  }

  /** Those of the war room: confirmed ones, newest first. */
  summaries(): ActionSummaryDto[] {
    return [...this.#views.values()]
      .filter(({ action }) => action.state !== 'planned')
      .sort(
        (a, b) => (b.action.confirmedAt ?? b.action.plannedAt) - (a.action.confirmedAt ?? a.action.plannedAt),
      )
      .slice(0, SHOWN)
      .map(({ action, shots }) => actionSummaryDto(action, shots))
  }

  async get(id: string): Promise<ActionDto> {
    const { action, shots } = await this.deps.actions.get(id)
    return this.#toDto(action, shots)
  }

  async plan(post: ActionPostInput, by: Principal): Promise<ActionDto> {
    const plan = await this.deps.actions.plan(post, { name: by.name })
    return this.get(plan.id)
  }

  async confirm(id: string, post: ConfirmPost, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.confirm(id, post, { name: by.name })
    const { request, targets } = action.plan
    this.deps.tell(
      `${plannerOf(request.kind).title(request)} confirmed for ${targets.length} clusters by ${by.name}: ${post.reason}`,
      'warn',
      { actionId: id },
    )
    return this.get(id)
  }

  async abort(id: string, by: Principal): Promise<ActionDto> {
    await this.deps.actions.abort(id, { name: by.name })
    this.deps.tell(`Action stopped by ${by.name}`, 'warn', { actionId: id })
    return this.get(id)
  }

  async undo(id: string, by: Principal): Promise<ActionDto> {
    const action = await this.deps.actions.undo(id, { name: by.name })
    this.deps.tell(`Undo begun by ${by.name}`, 'warn', { actionId: action.id })
    return this.get(action.id)
  }

  /** Called by the actions whenever one of them changes. */
  actionChanged(action: ActionSummary): void {
    const view = this.#views.get(action.id)
    this.#views.set(action.id, { action, shots: view?.shots ?? [] })
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
    for (const action of await this.deps.actions.list(SHOWN)) {
      if (action.state === 'planned') continue
      const view = await this.deps.actions.get(action.id)
      this.#views.set(action.id, { action: summaryOf(view.action), shots: view.shots })
    }
  }

  /** The world they were meant for is gone. */
  async expireAll(): Promise<void> {
    for (const action of await this.deps.actions.list(SHOWN))
      if (action.state === 'running' || action.state === 'undoing')
        await this.deps.actions.abort(action.id, { name: 'holdfast' })
    this.#views.clear()
    this.#told.clear()
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

  #toDto(action: ActionRow, shots: ShotRow[]): ActionDto {
    return actionDto(action, shots, {
      clusterName: this.deps.clusterName,
      reachedBy: id => {
        const lanes = this.deps.lanes(id)
        const open = LANE_ORDER.find(kind =>
          lanes.some(lane => lane.kind === kind && (lane.state === 'open' || lane.state === 'slow')),
        )
        return open ?? 'none yet: armed'
      },
    })
  }
}
