import { HoldfastError } from '../errors'
import type { ActionContext } from './action-context'
import { stored } from './action-context'
import { counted, someOf } from './guards/guard'
import { judgeAction, refused } from './judge-action'
import { clusterRuns, judgeLanding } from './judge-landing'
import { runningAction, steer } from './pause-action'
import type { Actor } from './ports'
import type { ActionRow } from './store'

/** What the confirmation settled: it is this action that runs there, under the plan that was fresh then. */
const SETTLED = new Set(['plan.fresh', 'cluster.one-action'])
const WAVES = ['the canary', 'the first 5 %', 'all clusters']

/**
 * Releases the next wave of the plan at once rather than once the one before is proven. Every guard that looks at the
 * fleet is asked again, and nothing is widened while clusters are worse where it landed. Never beyond the plan.
 * @throws HoldfastError `not-found`, `conflict` when it does not run, is paused or has no further wave,
 * `blocked-by-guard`, `unavailable`
 */
export async function widenAction(context: ActionContext, id: string, actor: Actor): Promise<ActionRow> {
  const { clock, source, store } = context
  const action = await runningAction(context, id)
  if (action.pause) throw new HoldfastError('conflict', 'The action is paused. Resume it first.')
  const now = clock.now()
  const runs = clusterRuns(await stored(store.listShots(action.id)))
  const held = runs.filter(run => !run.started && run.wave > (action.widenedTo ?? 0))
  const wave = held[0]?.wave
  if (wave === undefined) {
    throw new HoldfastError('conflict', 'Every cluster of its plan has been released already.')
  }
  const { digest, reason, approval } = action
  const { refusals } = await judgeAction(context, action, { digest, reason, approvers: [], approval })
  const blockedBy = refusals.filter(({ guard }) => !SETTLED.has(guard))
  // Callers that fare worse have paused it, or fare so everywhere.
  const worse = runs.filter(
    run => judgeLanding(run, source.cluster(run.clusterId), action.accepted, now).worse,
  )
  if (worse.length > 0) {
    const ids = someOf(worse.map(run => run.clusterId))
    const text = `${counted(worse.length, 'cluster')} got worse since it landed there (${ids}). Wait, or abort it.`
    blockedBy.push({ guard: 'landing.worse', reason: text })
  }
  if (blockedBy.length > 0) throw await refused(context, action, blockedBy, actor)
  const clusters = held.filter(run => run.wave === wave).length
  const audit = {
    at: now,
    actor: actor.name,
    verb: 'action.widened',
    subject: `action/${action.id}`,
    detail: { to: WAVES[wave], clusters },
  }
  return steer(context, action, { only: 'unpaused', set: { widenedTo: wave }, audit })
}
