import { stored } from '../action-context'
import type { Actor } from '../ports'
import type { ActionRow } from '../store'
import { approveSeal, endSeal } from './answer-seal'
import { prepareSeal, type SealWish } from './prepare-seal'
import { findSeal, hasExpired, type SealContext } from './seal-context'
import type { Seal } from './types'
import { carriersOf, useSeal } from './use-seal'

export interface SealView {
  seal: Seal
  isExpired: boolean
  /** Where it would act now, and how many more carry it that were not approved. */
  within: number
  outside: number
}

const SHOWN = 50

/**
 * Removals and roll-backs that are prepared when a roll-out is registered and approved ahead, so that one hold arms
 * them in the incident. Whether the actor may is decided by the caller.
 */
export function createSeals(context: SealContext) {
  const view = (seal: Seal): SealView => {
    const approved = new Set(seal.scope.clusterIds)
    const carriers = carriersOf(context, seal)
    const within = carriers.filter(id => approved.has(id)).length
    const isExpired = hasExpired(seal, context.people.now())
    return { seal, isExpired, within, outside: carriers.length - within }
  }
  return {
    /** Newest first. @throws HoldfastError `unavailable` */
    list: async (): Promise<SealView[]> => (await stored(context.store.list(SHOWN))).map(view),
    /** @throws HoldfastError `not-found`, `unavailable` */
    get: async (id: string): Promise<SealView> => view(await findSeal(context, id)),
    /** See `prepareSeal`. */
    prepare: async (wish: SealWish, actor: Actor): Promise<SealView> =>
      view(await prepareSeal(context, wish, actor)),
    /** See `approveSeal`. */
    approve: async (
      id: string,
      answer: { digest: string; reason: string },
      actor: Actor,
    ): Promise<SealView> => view(await approveSeal(context, id, answer, actor)),
    /** See `endSeal`. */
    end: async (id: string, answer: { reason: string }, actor: Actor): Promise<SealView> =>
      view(await endSeal(context, id, answer, actor)),
    /** See `useSeal`. */
    use: (id: string, given: { digest: string }, actor: Actor): Promise<ActionRow> =>
      useSeal(context, id, given, actor),
  }
}

export type Seals = ReturnType<typeof createSeals>
