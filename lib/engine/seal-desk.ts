import type { Principal } from '../access/types'
import type { Actions } from '../action/create-actions'
import { plannerOf } from '../action/kinds/planner-of'
import type { TargetSource } from '../action/ports'
import { createSeals, type Seals, type SealView } from '../action/seals/create-seals'
import type { Clock } from '../clock/clock'
import { HoldfastError } from '../errors'
import type { ActionDto } from '../wire/actions'
import type { SealApprovePost, SealArmPost, SealDto, SealWithdrawPost } from '../wire/seals'
import type { ChangeDto, ChangePost } from '../wire/suspects'
import { type ActionDesk, actorOf, type DeskDeps } from './action-desk'
import { iso } from './dto/times'
import type { Stores } from './stores'
import type { World } from './world'

interface SealDeskDeps {
  clock: Clock
  stores: Stores
  actions: Actions
  desk: ActionDesk
  source: TargetSource
  world(): World
  tell: DeskDeps['tell']
}

/** Turns seals and their verbs into what crosses the wire. */
export class SealDesk {
  readonly #seals: Seals

  constructor(private readonly deps: SealDeskDeps) {
    const { clock, stores, actions, source } = deps
    this.#seals = createSeals({
      clock,
      people: { now: Date.now, speed: () => 1 },
      source,
      store: stores.seal,
      plan: (request, actor) => actions.plan(request, actor),
      arm: (id, approval, spend, actor) => actions.armApproved(id, { approval, spend }, actor),
    })
  }

  async list(): Promise<SealDto[]> {
    return (await this.#seals.list()).map(sealDto)
  }

  /** With a roll-out that somebody registers: names of clusters that the fleet does not have are left out. */
  async prepare(
    change: ChangeDto,
    { does: kind, ...wish }: NonNullable<ChangePost['sealed']>,
    by: Principal,
  ): Promise<SealDto> {
    const named = new Set(change.clusters)
    const clusterIds = this.deps
      .world()
      .fleet.clusters.filter(({ id, name }) => named.has(id) || named.has(name))
      .map(({ id }) => id)
    // None known must not come to mean all.
    if (named.size > 0 && clusterIds.length === 0)
      throw new HoldfastError(
        'invalid-input',
        'None of its clusters is in this fleet, so nothing can be sealed.',
        {
          where: '$.clusters',
        },
      )
    const { kind: of, namespace, name, version, id: changeId } = change
    const target = { kind: of, namespace, name }
    const view = await this.#seals.prepare(
      { ...wish, kind, changeId, target, version, clusterIds },
      actorOf(by),
    )
    this.#tell(view, `prepared by ${by.name}, for a second person to approve`, 'info')
    return sealDto(view)
  }

  async approve(id: string, post: SealApprovePost, by: Principal): Promise<SealDto> {
    const view = await this.#seals.approve(id, post, actorOf(by))
    this.#tell(view, `approved by ${by.name} until ${iso(view.seal.expiresAt).slice(0, 16)}Z`, 'info')
    return sealDto(view)
  }

  async withdraw(id: string, post: SealWithdrawPost, by: Principal): Promise<SealDto> {
    const view = await this.#seals.end(id, post, actorOf(by))
    this.#tell(view, `${view.seal.state} by ${by.name}: ${post.reason}`, 'info')
    return sealDto(view)
  }

  async arm(id: string, post: SealArmPost, by: Principal): Promise<ActionDto> {
    const action = await this.#seals.use(id, post, actorOf(by))
    const { seal } = await this.#seals.get(id)
    const title = plannerOf(seal.scope.kind).title(seal.scope)
    this.deps.tell(
      `${title}: seal broken by ${by.name} on ${action.plan.targets.length} clusters, approved ahead by ${seal.answer?.by}`,
      'warn',
      { actionId: action.id },
    )
    return this.deps.desk.get(action.id)
  }

  #tell({ seal: { scope } }: SealView, text: string, severity: 'info'): void {
    this.deps.tell(`Sealed: ${plannerOf(scope.kind).title(scope)}, ${text}`, severity, {})
  }
}

function sealDto({ seal, isExpired, within, outside }: SealView): SealDto {
  const { scope, answer, used } = seal
  return {
    id: seal.id,
    state: isExpired ? 'expired' : seal.state,
    does: scope.kind,
    target: scope.target,
    version: scope.version ?? null,
    clusterIds: scope.clusterIds,
    maxNodes: scope.maxNodes ?? null,
    within,
    outside,
    digest: seal.digest,
    changeId: seal.changeId,
    reason: seal.reason,
    preparedBy: seal.preparedBy,
    preparedAt: iso(seal.preparedAt),
    expiresAt: iso(seal.expiresAt),
    answer: answer ? { by: answer.by, at: iso(answer.at), reason: answer.reason } : null,
    used: used ? { ...used, at: iso(used.at) } : null,
  }
}
