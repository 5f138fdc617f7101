import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import { monotonicClock } from '../clock/monotonic-clock'
import type { ClusterClient } from '../kube/types'
import { abortAction } from './abort-action'
import { type ActionContext, busyClusters, findAction, stored } from './action-context'
import { type ActionPolicy, DEFAULT_ACTION_POLICY } from './action-policy'
import type { Actuators } from './actuators/actuator'
import { approveAction, overrideApproval } from './approve-action'
import { armApproved } from './arm-approved'
import { createConductor } from './conduct-actions'
import { confirmAction } from './confirm-action'
import { declineAction } from './decline-action'
import { freezeActions, thawActions } from './freeze-actions'
import { lapsed } from './lapse-action'
import { parseAnswer } from './parse-answer'
import { parseActionRequest, parseConfirmation } from './parse-request'
import { pauseAction, resumeAction } from './pause-action'
import { type PeopleTime, sameTime } from './people-time'
import { planAction } from './plan-action'
import type { Actor, Approvers, TargetSource } from './ports'
import { reviewOverride } from './review-override'
import { createLander } from './run-shots'
import { type ActionRow, type ActionStore, type ActionSummary, type ShotRow, summaryOf } from './store'
import type { ActionPlan } from './types'
import { undoAction } from './undo-action'
import { widenAction } from './widen-action'

export interface ActionsDeps {
  clock: Clock
  /** Real time that is never set back, for leases. Default: the machine's. */
  leaseClock?: Clock
  /** How long people have for a plan, and wait for one. Default: the clock's time. */
  people?: PeopleTime
  client: ClusterClient
  /** Runs what holdfast.yaml declares; without it nothing of that kind can be done. */
  actuators?: Actuators
  source: TargetSource
  store: ActionStore
  /** Uniform in [0, 1). */
  rng: () => number
  policy?: Partial<ActionPolicy>
  /** Who could be a second person. Default: nobody is known, and none is demanded. */
  approvers?: Approvers
  /** An action was planned, confirmed, aborted or ended. */
  onAction?: (action: ActionSummary) => void
  /** An action paused by itself: once, by the replica that did it. */
  onPaused?: (action: ActionSummary) => void
  /** A shot changed, or made another attempt. */
  onShot?: (shot: ShotRow) => void
  /** Asked before each send; while false the shot is held. Default: always true. */
  stillSuspect?: (shot: ShotRow) => boolean
  /** Unexpected failures, for the log. */
  onError?: (error: unknown) => void
}

/** An action with its shots; attempts of running shots are those in memory. */
export interface ActionView {
  action: ActionRow
  shots: ShotRow[]
}

/**
 * Guarded actions: plan, confirm, land, verify, undo. Whether the actor may is decided by the caller; after that each
 * verb is parse → guards → transaction with its audit entries → events, in this order.
 */
export function createActions(deps: ActionsDeps) {
  const { clock, client, source, store, onAction = () => {}, onShot = () => {}, onError = () => {} } = deps
  const leaseClock = deps.leaseClock ?? monotonicClock
  const people = deps.people ?? sameTime(clock)
  const policy = { ...DEFAULT_ACTION_POLICY, ...deps.policy }
  const approvers: Approvers = deps.approvers ?? (async () => [])
  /** Attempts of running shots, which are on no disk yet. */
  const progress = new Map<string, ShotRow>()
  let queue: Promise<unknown> = Promise.resolve()

  const lander = createLander({
    clock,
    leaseClock,
    client,
    actuators: deps.actuators,
    source,
    store,
    rng: deps.rng,
    stillWanted: deps.stillSuspect ?? (() => true),
    onProgress: shot => {
      progress.set(shot.id, shot)
      onShot(shot)
    },
    onChanged: shot => {
      progress.delete(shot.id)
      onShot(shot)
      conductor.wake()
    },
    onError,
  })
  const base = { clock, people, client, source, approvers, store, policy, lander, onAction, onShot }
  const conductor = createConductor(base, leaseClock, onError, {
    revert: id => inTurn(() => undoAction(context, id, { name: 'holdfast' }, 'automatic')),
    paused: deps.onPaused ?? (() => {}),
    halt: (id, reason, name) => abortAction(context, id, { name }, reason),
  })
  const context: ActionContext = { ...base, wake: conductor.wake }

  /** One after another, so that two approvals do not both find a cluster free. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work)
    // Whoever asked hears of its failure; the next in turn goes on.
    queue = turn.catch(() => {})
    return turn
  }

  return {
    /**
     * Resolves a request to a plan and keeps it. Nothing is changed on any cluster.
     * @throws HoldfastError `invalid-input` (names the field), `unavailable` when the database is away
     */
    async plan(request: unknown, actor: Actor): Promise<ActionPlan> {
      const parsed = parseActionRequest(request)
      const plan = await planAction(
        { clock, people, client, actuators: deps.actuators, source, policy },
        parsed,
        await busyClusters(store),
        await stored(approvers(actor)),
      )
      const { id, digest, plannedAt, expiresAt } = plan
      const { kind, reason } = parsed
      const action: ActionRow = {
        id,
        kind,
        state: 'planned',
        plan,
        digest,
        by: actor.name,
        reason,
        plannedAt,
        expiresAt,
      }
      await stored(
        store.savePlan(action, {
          at: plannedAt,
          actor: actor.name,
          verb: 'action.planned',
          subject: `action/${id}`,
          detail: { kind, target: parsed.target, reason, digest, clusters: plan.targets.length },
        }),
      )
      onAction(summaryOf(action))
      return plan
    },

    /** See `confirmAction`. @throws HoldfastError also `invalid-input` for a malformed confirmation */
    confirm: (id: string, confirmation: unknown, actor: Actor): Promise<ActionRow> =>
      inTurn(async () => confirmAction(context, id, parseConfirmation(confirmation), actor)),

    /** See `armApproved`. */
    armApproved: (id: string, given: Parameters<typeof armApproved>[2], actor: Actor): Promise<ActionRow> =>
      inTurn(() => armApproved(context, id, given, actor)),

    /** See `approveAction`. */
    approve: (id: string, answer: unknown, actor: Actor): Promise<ActionRow> =>
      inTurn(async () => approveAction(context, id, parseAnswer('approval', answer), actor)),

    /** See `overrideApproval`. */
    override: (id: string, answer: unknown, actor: Actor): Promise<ActionRow> =>
      inTurn(async () => overrideApproval(context, id, parseAnswer('override', answer), actor)),

    /** See `declineAction`. */
    decline: (id: string, answer: unknown, actor: Actor): Promise<ActionRow> =>
      inTurn(async () => declineAction(context, id, parseAnswer('refusal', answer), actor)),

    /** See `reviewOverride`. */
    review: (id: string, answer: unknown, actor: Actor): Promise<ActionRow> =>
      inTurn(async () => reviewOverride(context, id, parseAnswer('review', answer), actor)),

    /** See `abortAction`. */
    abort: (id: string, actor: Actor): Promise<ActionRow> => abortAction(context, id, actor),

    /** See `pauseAction`, `resumeAction` and `widenAction`. */
    pause: (id: string, actor: Actor): Promise<ActionRow> => pauseAction(context, id, actor),
    resume: (id: string, actor: Actor): Promise<ActionRow> => resumeAction(context, id, actor),
    widen: (id: string, actor: Actor): Promise<ActionRow> => inTurn(() => widenAction(context, id, actor)),

    /** See `undoAction`. @returns the new action that puts things back, `running` or `awaiting` a second person */
    undo: (id: string, actor: Actor): Promise<ActionRow> => inTurn(() => undoAction(context, id, actor)),

    /** See `freezeActions`. */
    freeze: (actor: Actor): Promise<void> => inTurn(() => freezeActions(context, actor)),
    thaw: (actor: Actor): Promise<void> => inTurn(() => thawActions(context, actor)),
    /** Who froze everything and when; undefined while nothing is frozen. @throws HoldfastError `unavailable` */
    async frozen(): Promise<{ by: string; at: number } | undefined> {
      const freeze = await stored(store.getFreeze())
      return freeze?.frozen ? { by: freeze.by, at: freeze.at } : undefined
    },

    /** What somebody is asked about: second persons awaited, and overrides to be reviewed. @throws `unavailable` */
    async open(): Promise<ActionSummary[]> {
      const now = people.now()
      const awaiting = await stored(store.listActionsIn(['awaiting']))
      const toReview = await stored(store.listToReview())
      return [...awaiting.filter(action => lapsed(action, now).state === 'awaiting'), ...toReview]
    },

    /** @throws HoldfastError `not-found`, `unavailable` */
    async get(id: string): Promise<ActionView> {
      const action = await findAction(store, id)
      const shots = await stored(store.listShots(id))
      return {
        action: lapsed(action, people.now()),
        shots: shots.map(shot => withProgress(shot, progress.get(shot.id))),
      }
    },

    /** Newest first. @throws HoldfastError `unavailable` */
    async list(limit = 50): Promise<ActionSummary[]> {
      const now = people.now()
      return (await stored(store.listActions(limit))).map(action => lapsed(action, now))
    },

    /** Shots that this process is landing at this moment. */
    runningShots: lander.runningShots,

    async start(): Promise<void> {
      await lander.start()
      conductor.start()
    },

    /** Ends all loops and requests; every row stays for whoever starts next. */
    async stop(): Promise<void> {
      const conducted = conductor.stop()
      await lander.stop()
      // Not awaited for long: it may be waiting for storage that hangs, and changes nothing any more.
      const enough = new AbortController()
      await Promise.race([conducted, leaseClock.sleep(1_000, enough.signal).catch(ifWoken(enough.signal))])
      enough.abort(new Error('stopped'))
    },
  }
}

export type Actions = ReturnType<typeof createActions>

function withProgress(shot: ShotRow, live: ShotRow | undefined): ShotRow {
  if (!live || live.token !== shot.token || live.state !== shot.state) return shot
  return { ...shot, attempts: live.attempts, lastAttempts: live.lastAttempts }
}
