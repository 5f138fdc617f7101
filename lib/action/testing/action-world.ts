import type { Clock } from '../../clock/clock'
import { FakeClock, settle } from '../../clock/fake-clock'
import { HoldfastError } from '../../errors'
import type { ClusterClient } from '../../kube/types'
import { type Actions, createActions } from '../create-actions'
import type { ActionStore, ShotRow } from '../store'
import type { ActionPlan } from '../types'
import { type FakeCluster, FakeFleet, type Fate, TARGET } from './fake-fleet'
import { faultyStore, type StoreFate } from './faulty-store'
import { MemoryActionStore } from './memory-action-store'
import { seededRandom } from './seeded-random'

export const ADA = { name: 'ada' }
export const REASON = 'telemetry floods the API servers'

/** One process: its actions, and a way to kill it as `kill -9` does. */
export interface Process {
  actions: Actions
  kill(): void
  isDead(): boolean
  errors: unknown[]
}

interface Faults {
  store?: (method: string) => StoreFate
  diesAfterCalls?: number
  diesInside?: boolean
}

interface Life {
  dead: boolean
  callsLeft?: number
  inside: boolean
}

/** A fleet, a store and a stepped clock; processes come and go on them. */
export class ActionWorld {
  readonly clock = new FakeClock()
  readonly fleet = new FakeFleet(this.clock)
  readonly store = new MemoryActionStore(this.clock)
  #seed = 1

  /**
   * @param faults how its store fails, and after which of its calls to clock, store and clusters it dies: right before
   * the call, or between its effect and its answer
   */
  async startProcess(
    over: Partial<Parameters<typeof createActions>[0]> = {},
    faults: Faults = {},
  ): Promise<Process> {
    const life: Life = { dead: false, callsLeft: faults.diesAfterCalls, inside: faults.diesInside ?? false }
    const store = faults.store ? faultyStore(this.store, this.clock, faults.store) : this.store
    const errors: unknown[] = []
    const actions = createActions({
      clock: mortal<Clock>(this.clock, life),
      leaseClock: mortal<Clock>(this.clock, life),
      client: mortal<ClusterClient>(this.fleet, life),
      source: this.fleet,
      store: mortal<ActionStore>(store, life),
      rng: seededRandom(this.#seed++),
      onError: error => errors.push(error),
      ...over,
    })
    // One whose storage is slow, or that dies meanwhile, is started all the same.
    await Promise.race([actions.start(), settle()])
    return {
      actions,
      errors,
      isDead: () => life.dead,
      kill: () => {
        life.dead = true
      },
    }
  }

  /** Plans the removal of the collector, stepping the clock until the plan is there. */
  async plan(process: Process, clusterIds?: string[]): Promise<ActionPlan> {
    const promise = process.actions.plan(
      { kind: 'remove-service', target: { ...TARGET }, reason: REASON, clusterIds },
      ADA,
    )
    await this.clock.advance(16_000)
    return promise
  }

  /** A removal on cluster `a`, confirmed `ms` ago, whose deletes meet `fate`. */
  async underWay(process: Process, fate: Fate, ms: number): Promise<{ a: FakeCluster; plan: ActionPlan }> {
    const a = this.fleet.add('a')
    const plan = await this.plan(process)
    a.fate = request => (request.method === 'DELETE' ? fate : 'serve')
    await this.confirm(process, plan)
    await this.run(ms)
    return { a, plan }
  }

  /** A removal on cluster `a` that is done. */
  async removed(process: Process): Promise<{ a: FakeCluster; plan: ActionPlan }> {
    return this.underWay(process, 'serve', 60_000)
  }

  async confirm(process: Process, plan: ActionPlan): Promise<void> {
    this.watch()
    await process.actions.confirm(
      plan.id,
      { digest: plan.digest, typedName: TARGET.name, reason: REASON },
      ADA,
    )
  }

  async planAndConfirm(process: Process): Promise<ActionPlan> {
    const plan = await this.plan(process)
    await this.confirm(process, plan)
    return plan
  }

  /** As if every cluster was probed just now. */
  watch(state?: ReturnType<FakeFleet['clusters']>[number]['state']): void {
    for (const facts of this.fleet.clusters()) {
      facts.evidenceAt = this.clock.now()
      if (state) facts.state = state
    }
  }

  /** Steps the clock, with fresh evidence every five seconds. */
  async run(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 5_000) {
      await this.clock.advance(Math.min(5_000, left))
      this.watch()
    }
  }

  shots(): ShotRow[] {
    return [...this.store.shots.values()].sort(
      (a, b) => a.clusterId.localeCompare(b.clusterId) || a.step - b.step,
    )
  }

  /** `cluster:step-kind=state`, for reading at a glance. */
  states(): string[] {
    return this.shots().map(shot => `${shot.clusterId}:${shot.stepKind}=${shot.state}`)
  }
}

/** After death no call returns, as when the process is gone; what it sent may still arrive. */
function mortal<T extends object>(target: T, life: Life): T {
  return new Proxy(target, {
    get(object, key) {
      const value = Reflect.get(object, key)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (key !== 'now' && life.callsLeft !== undefined && life.callsLeft-- <= 0) {
          if (life.inside && !life.dead) Promise.resolve(value.apply(object, args)).catch(() => {})
          life.dead = true
        }
        if (life.dead && key !== 'now') return new Promise(() => {})
        const result: unknown = value.apply(object, args)
        if (!(result instanceof Promise)) return result
        return new Promise((resolve, reject) => {
          result.then(
            answer => {
              if (!life.dead) resolve(answer)
            },
            error => {
              if (!life.dead) reject(error)
            },
          )
        })
      }
    },
  })
}

/** The coded error that a call is refused with. @throws when it is not refused, or with something else */
export async function refusal(work: Promise<unknown>): Promise<HoldfastError> {
  const error = await work.then(
    () => undefined,
    thrown => thrown,
  )
  if (!(error instanceof HoldfastError)) throw new Error(`no HoldfastError: ${error}`)
  return error
}
