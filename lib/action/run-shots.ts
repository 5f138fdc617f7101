import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import { createChangeBatch } from './batch-changes'
import { LanderLease } from './lander-lease'
import { planDigest } from './plan-action'
import { createRateLimit } from './rate-limit'
import { type RunShotDeps, runShot } from './run-shot'
import { nextShot } from './shot-machine'
import type { ActionStore, ShotChange, ShotRow } from './store'
import type { StopReason } from './types'

export interface LanderDeps
  extends Pick<
    RunShotDeps,
    'clock' | 'client' | 'actuators' | 'source' | 'rng' | 'stillWanted' | 'onProgress' | 'onChanged'
  > {
  /** Real time for leases and database work; never the simulated one. */
  leaseClock: Clock
  store: ActionStore
  /** Something unexpected that deserves a line in the log. */
  onError(error: unknown): void
}

interface Running {
  actionId: string
  stop: AbortController
  lost: AbortController
  reason: StopReason
  done: Promise<void>
}

const CLAIM_LIMIT = 64
const POLL_MS = 1_000
const STOP_MS = 3_000
const HANDSHAKES_PER_SECOND = 30

/**
 * The process that lands shots: claims what is armed or orphaned, drives each to its end, and may be killed at any
 * instant. What it leaves is taken up by the next lander once its lease has lapsed.
 */
export function createLander(deps: LanderDeps) {
  const { store, leaseClock } = deps
  const running = new Map<string, Running>()
  const stops = new Map<string, { reason: StopReason; by: string }>()
  const batch = createChangeBatch(leaseClock, store)
  const handshakes = createRateLimit(deps.clock, HANDSHAKES_PER_SECOND)
  const soundPlans = new Map<string, boolean>()
  /** Paused actions, and how often anybody here has paused or resumed one. */
  const held = new Map<string, boolean>()
  let holds = 0
  const ending = new AbortController()
  let nudge = new AbortController()
  let nudged = false
  let loops: Promise<unknown> | undefined

  const lease = new LanderLease(leaseClock, store, () => {
    for (const one of running.values()) one.lost.abort(new Error('the lease has lapsed'))
  })

  /** What is confirmed is a digest; a plan that no longer has it is not what was confirmed. */
  async function planIsSound(actionId: string): Promise<boolean> {
    const known = soundPlans.get(actionId)
    if (known !== undefined) return known
    const action = await store.getAction(actionId)
    if (action && !held.has(actionId)) held.set(actionId, action.pause !== undefined)
    const sound = action !== undefined && planDigest(action.plan) === action.digest
    soundPlans.set(actionId, sound)
    return sound
  }

  function begin(shot: ShotRow): void {
    // Claimed again under a new token: whoever ran it here before has lost it.
    running.get(shot.id)?.lost.abort(new Error('claimed again'))
    const one: Running = {
      actionId: shot.actionId,
      stop: new AbortController(),
      lost: new AbortController(),
      reason: stops.get(shot.actionId)?.reason ?? 'aborted',
      done: Promise.resolve(),
    }
    running.set(shot.id, one)
    if (stops.has(shot.actionId)) one.stop.abort(new Error('stopped'))
    const control = { stop: one.stop.signal, stopReason: () => one.reason, lost: one.lost.signal }
    const stillWanted = (one: ShotRow) => held.get(one.actionId) !== true && deps.stillWanted(one)
    const leaseValid = () => lease.valid()
    const runDeps: RunShotDeps = { ...deps, handshakes, write: batch.write, leaseValid, stillWanted }
    one.done = untilDone(one, async () => {
      if (await planIsSound(shot.actionId)) await runShot(runDeps, shot, control)
      else await refuse(shot)
    }).finally(() => {
      if (running.get(shot.id) === one) running.delete(shot.id)
    })
  }

  /** While the lease holds nobody else takes the shot over, so whatever fails here must be tried again here. */
  async function untilDone(one: Running, work: () => Promise<void>): Promise<void> {
    while (!one.lost.signal.aborted) {
      try {
        return await work()
      } catch (error) {
        deps.onError(error)
        await leaseClock.sleep(POLL_MS, one.lost.signal).catch(ifWoken(one.lost.signal))
      }
    }
  }

  async function refuse(shot: ShotRow): Promise<void> {
    const detail = 'The plan is not the one that was confirmed: nothing is sent.'
    const event = { type: 'end', state: 'refused', token: shot.token, detail } as const
    const now = deps.clock.now()
    const change = nextShot(shot, event, now)
    if (!change || !(await batch.write(change))) return
    deps.onChanged({ ...shot, state: 'refused', detail, updatedAt: now })
  }

  async function claimLoop(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        // Batch after batch until nothing is left: a cluster never waits for another's answer.
        while (lease.valid() && !ending.signal.aborted) {
          const claimed = await store.claim(lease.owner, CLAIM_LIMIT, deps.clock.now(), [...running.keys()])
          for (const shot of claimed) {
            deps.onChanged(shot)
            begin(shot)
          }
          if (claimed.length < CLAIM_LIMIT) break
        }
      } catch (error) {
        deps.onError(error)
      }
      if (nudged) {
        nudged = false
        continue
      }
      nudge = new AbortController()
      const waker = AbortSignal.any([nudge.signal, ending.signal])
      await leaseClock.sleep(POLL_MS, waker).catch(ifWoken(waker))
    }
  }

  return {
    async start(): Promise<void> {
      await lease.renew()
      loops = Promise.all([lease.run(ending.signal), claimLoop()])
    },

    /** Looks for armed shots at once rather than at the next poll. */
    nudge(): void {
      nudged = true
      nudge.abort(new Error('nudged'))
    },

    /** Sends nothing more for this action; its shots drain and settle by themselves. The first who asks counts. */
    stopAction(actionId: string, reason: StopReason, by = 'holdfast'): void {
      if (!stops.has(actionId)) stops.set(actionId, { reason, by })
      for (const one of running.values()) {
        if (one.actionId !== actionId || one.stop.signal.aborted) continue
        one.reason = reason
        one.stop.abort(new Error(reason))
      }
    },

    /** Who stopped it here and why, whether or not that could be stored. */
    stopOf: (actionId: string) => stops.get(actionId),

    holdsAsOf: () => holds,

    /**
     * Sends nothing more for this action, or goes on; what is under way ends as it ends.
     * @param asOf `holdsAsOf()` before storage was read: what was asked for since then is newer
     */
    holdAction(actionId: string, isHeld: boolean, asOf?: number): void {
      if (asOf !== undefined && asOf !== holds) return
      if (asOf === undefined) holds++
      held.set(actionId, isHeld)
    },

    /** Writes through the same batches as running shots do. */
    write: (change: ShotChange) => batch.write(change),

    runningShots: () => running.size,

    /** Cancels what is under way, keeps every row for the next owner, and frees the lease; within three seconds. */
    async stop(): Promise<void> {
      ending.abort(new Error('stopping'))
      for (const one of running.values()) one.lost.abort(new Error('stopping'))
      const enough = new AbortController()
      const ended = async () => {
        await Promise.all([batch.close(), loops, ...[...running.values()].map(one => one.done)])
        await lease.drop()
      }
      // Storage that hangs must not hold up the end: the lease lapses by itself.
      await Promise.race([ended(), leaseClock.sleep(STOP_MS, enough.signal).catch(ifWoken(enough.signal))])
      enough.abort(new Error('stopped'))
    },
  }
}

export type Lander = ReturnType<typeof createLander>
