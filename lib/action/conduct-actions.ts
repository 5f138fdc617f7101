import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import { HoldfastError } from '../errors'
import type { ActionContext } from './action-context'
import { advanceAction } from './advance-action'
import type { ClusterProgress } from './judge-landing'
import { createEffectObserver, lookTargetOf } from './observe-effect'
import { createAdmitPacer } from './pace-admission'
import { pauseItself } from './pause-action'
import { figuresOf } from './run-shot'
import { isOpen } from './shot-machine'
import { type ActionSummary, type ShotChange, type ShotRow, summaryOf } from './store'
import type { StopReason } from './types'
import { verifyCluster } from './verify-action'

/** At least this often, in the product's time; sooner whenever a shot changes. */
const PASS_MS = 5_000
/** At most this often, in real time, so that fast simulated time does not hammer the database. */
const FLOOR_MS = 250
const FREEZE = { reason: 'frozen' as const, by: 'holdfast' }

/**
 * Leads actions from wave to wave and from step to step, watches their effect, and ends them. All of it is pure
 * decisions over stored rows, carried out by conditional updates: any number of replicas may conduct at once.
 */
export function createConductor(
  context: Omit<ActionContext, 'wake'>,
  leaseClock: Clock,
  onError: (error: unknown) => void,
  turns: {
    revert(actionId: string): Promise<unknown>
    paused(action: ActionSummary): void
    halt(actionId: string, reason: StopReason, by: string): Promise<unknown>
  },
) {
  const { clock, client, source, store, lander } = context
  const observer = createEffectObserver(clock, client, source)
  const pacer = createAdmitPacer()
  const ending = new AbortController()
  let woken = new AbortController()
  const plannedPods = new Map<string, Map<string, number | undefined>>()
  const nothingToRevert = new Set<string>()
  const pausedAt = new Map<string, number | undefined>()
  let looking: Promise<unknown> | undefined
  let loop: Promise<void> | undefined

  const wake = () => woken.abort(new Error('woken'))

  /** Each cluster is looked up once a pass, however many of its shots ask. */
  function progressOfPass(actionId: string): (clusterId: string) => ClusterProgress | undefined {
    const known = new Map<string, ClusterProgress | undefined>()
    return clusterId => {
      if (!known.has(clusterId)) {
        const facts = source.cluster(clusterId)
        const seen = facts && {
          state: facts.state,
          name: facts.cluster.name,
          evidenceAt: facts.evidenceAt,
          callers: facts.callers?.bind(facts),
          ...observer.observed(actionId, clusterId),
        }
        known.set(clusterId, seen)
      }
      return known.get(clusterId)
    }
  }

  async function conduct(action: ActionSummary, asOf: number): Promise<void> {
    lander.holdAction(action.id, action.pause !== undefined, asOf)
    tellPause(action)
    if (action.state === 'aborting') {
      lander.stopAction(action.id, (await store.getFreeze())?.frozen ? 'frozen' : 'aborted')
    }
    const shots = await store.listShots(action.id)
    await watchEffect(action, shots)
    const now = clock.now()
    const progress = progressOfPass(action.id)
    const mayAdmit = (clusterId: string, own: readonly ShotRow[]) =>
      pacer.mayAdmit(`${action.id}/${clusterId}`, own, source.cluster(clusterId), now)
    const { changes, state, pause } = advanceAction({ action, shots, progress, mayAdmit, now })
    const paused = pause && (await pauseItself(context, action, pause, now))
    if (paused) turns.paused(paused)
    const verified = action.state === 'running' ? verifications(action, shots, progress, now) : []
    const known = new Set(changes.map(change => change.id))
    await applyAll(shots, [...changes, ...verified.filter(change => !known.has(change.id))])
    if (state) await end(action, state)
  }

  /** Another replica may have paused or resumed it: whoever looks at this one sees it, too. */
  function tellPause(action: ActionSummary): void {
    if (pausedAt.get(action.id) === action.pause?.at) return
    pausedAt.set(action.id, action.pause?.at)
    context.onAction(action)
  }

  function verifications(
    action: ActionSummary,
    shots: ShotRow[],
    progress: ReturnType<typeof progressOfPass>,
    now: number,
  ): ShotChange[] {
    return [...byCluster(shots)].flatMap(([clusterId, own]) => {
      const seen = own.some(shot => shot.landedAt !== undefined) ? progress(clusterId) : undefined
      const figures = () => {
        const facts = source.cluster(clusterId)
        return facts && figuresOf(facts, now, seen?.pods?.count)
      }
      return verifyCluster(own, seen, figures, action.undoOf !== undefined, now)
    })
  }

  /** Pods by cluster as planned; read once an action, since a plan may be large. */
  async function plannedPodsOf(actionId: string): Promise<Map<string, number | undefined>> {
    const known = plannedPods.get(actionId)
    if (known) return known
    const plan = (await store.getAction(actionId))?.plan
    const pods = new Map(plan?.targets.map(target => [target.clusterId, target.pods]))
    plannedPods.set(actionId, pods)
    return pods
  }

  /** In the background: a cluster that does not answer must not hold up the others' next step. */
  async function watchEffect(action: ActionSummary, shots: ShotRow[]): Promise<void> {
    if (looking || action.undoOf) return
    const planned = await plannedPodsOf(action.id)
    const targets = [...byCluster(shots)].flatMap(
      ([clusterId, own]) => lookTargetOf(own, planned.get(clusterId)) ?? [],
    )
    if (targets.length === 0) return
    looking = observer
      .lookAt(targets)
      .then(looked => {
        // Waking for looks that did not happen would keep the conductor spinning.
        if (looked > 0) wake()
      }, onError)
      .finally(() => {
        looking = undefined
      })
  }

  async function applyAll(shots: ShotRow[], changes: ShotChange[]): Promise<void> {
    if (changes.length === 0) return
    const applied = await store.changeShots(changes)
    const byId = new Map(shots.map(shot => [shot.id, shot]))
    let armed = false
    for (const change of changes) {
      const shot = byId.get(change.id)
      if (!shot || !applied.has(change.id)) continue
      const set = Object.fromEntries(Object.entries(change.set).filter(([, value]) => value !== undefined))
      context.onShot({ ...shot, ...set, updatedAt: change.updatedAt })
      armed ||= change.set.state === 'armed'
    }
    if (armed) lander.nudge()
    wake()
  }

  async function end(action: ActionSummary, state: ActionSummary['state']): Promise<void> {
    const at = clock.now()
    const audit = {
      at,
      actor: 'holdfast',
      verb: `action.${state}`,
      subject: `action/${action.id}`,
      detail: {},
    }
    if (!(await store.changeAction({ id: action.id, from: [action.state], set: { state }, audit }))) return
    context.onAction({ ...action, state })
    observer.forget(action.id)
    pacer.forget(action.id)
    plannedPods.delete(action.id)
    pausedAt.delete(action.id)
    if (!action.undoOf) return
    const originalState = state === 'finished' ? 'undone' : 'finished'
    const change = {
      id: action.undoOf,
      from: ['undoing' as const],
      set: { state: originalState as ActionSummary['state'] },
    }
    const verb = `action.${originalState}`
    const applied = await store.changeAction({
      ...change,
      audit: { at, actor: 'holdfast', verb, subject: `action/${action.undoOf}`, detail: { undo: action.id } },
    })
    const original = applied ? await store.getAction(action.undoOf) : undefined
    if (original) context.onAction(summaryOf(original))
  }

  /** What was to last so long only is taken back, by whichever replica comes to it first. */
  async function revertDue(): Promise<void> {
    for (const { id } of await store.listToRevert(clock.now())) {
      if (nothingToRevert.has(id)) continue
      try {
        await turns.revert(id)
      } catch (error) {
        // Shots that settle, a freeze, or another replica that was faster: the next pass looks again.
        if (!(error instanceof HoldfastError)) throw error
        const shots = await store.listShots(id)
        if (!shots.some(shot => isOpen(shot.state) || shot.landedAt !== undefined)) nothingToRevert.add(id)
      }
    }
  }

  /** A freeze ends what another replica armed in the same moment, and an abort what storage did not hear of, too. */
  async function conductAll(): Promise<void> {
    const asOf = lander.holdsAsOf()
    const actions = await store.listActionsIn(['running', 'aborting'])
    const isFrozen = actions.length > 0 && (await store.getFreeze())?.frozen === true
    for (const action of actions) {
      const stop = isFrozen ? FREEZE : lander.stopOf(action.id)
      if (stop && action.state === 'running') await turns.halt(action.id, stop.reason, stop.by).catch(ifEnded)
      else await conduct(action, asOf)
    }
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      woken = new AbortController()
      try {
        await conductAll()
        await revertDue()
      } catch (error) {
        onError(error)
      }
      await leaseClock.sleep(FLOOR_MS, ending.signal).catch(ifWoken(ending.signal))
      if (woken.signal.aborted) continue
      const waker = AbortSignal.any([woken.signal, ending.signal])
      await clock.sleep(PASS_MS, waker).catch(ifWoken(waker))
    }
  }

  return {
    wake,
    start(): void {
      loop ??= run()
    },
    /** Looks that are under way are left to end by themselves: they only read. */
    async stop(): Promise<void> {
      ending.abort(new Error('stopping'))
      await loop
    },
  }
}

/** It ended at the same moment: there is nothing to halt. */
function ifEnded(error: unknown): void {
  if (!(error instanceof HoldfastError) || error.code !== 'conflict') throw error
}

function byCluster(shots: readonly ShotRow[]): Map<string, ShotRow[]> {
  const groups = new Map<string, ShotRow[]>()
  for (const shot of shots) {
    const group = groups.get(shot.clusterId)
    if (group) group.push(shot)
    else groups.set(shot.clusterId, [shot])
  }
  return groups
}
