import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import type { Actor } from '../ports'
import { judgeParts } from './judge-parts'
import { findRun, newestActions, onlyOpen, type PlayContext, partPlanned, raced } from './play-context'
import { resolvePart } from './resolve-part'
import type { PlayRun } from './types'

/**
 * Plans one part of a play that is under way: a later one whose conditions hold now, or one whose plan expired.
 * @throws HoldfastError `not-found`, `conflict`, `blocked-by-guard` with what the part waits for or why it does not
 * apply, `unavailable`
 */
export async function planPart(
  context: PlayContext,
  runId: string,
  partId: string,
  actor: Actor,
): Promise<PlayRun> {
  const run = await findRun(context, runId)
  onlyOpen(run)
  const facts = context.facts()
  const actions = await newestActions(context, run)
  const standing = judgeParts({ play: run.play, facts, actions, peopleNow: context.peopleNow() }).find(
    ({ part }) => part.id === partId,
  )
  if (!standing) throw new HoldfastError('not-found', `This play has no part ${partId.slice(0, 64)}.`)
  const { part } = standing
  if (standing.standing === 'planned')
    throw new HoldfastError('conflict', `“${part.title}” is planned already.`, { hint: 'Open its plan.' })
  if (standing.standing !== 'ready') {
    const waits = standing.standing === 'waits' ? 'waits ' : 'does not apply: '
    const reason = `“${part.title}” ${waits}${standing.text}.`
    throw new HoldfastError('blocked-by-guard', reason, { blockedBy: [{ guard: `play.${part.id}`, reason }] })
  }
  if (part.does === 'undo') {
    throw new HoldfastError('conflict', `“${part.title}” takes an action back: undo that action itself.`, {
      hint: 'Its page has the button; the same guards hold there.',
    })
  }
  const resolved = resolvePart(part, facts, run.reason)
  if ('why' in resolved) throw new HoldfastError('conflict', `It does not apply any more: ${resolved.why}.`)
  const before = run.parts.find(({ id }) => id === partId) ?? { id: partId, actionIds: [] }
  const planned = await partPlanned(context, before, resolved.request, actor)
  if (planned.problem !== undefined) throw new HoldfastError('conflict', planned.problem)
  const next = { ...run, parts: run.parts.map(one => (one.id === partId ? planned : one)) }
  const actionId = planned.actionIds.at(-1)
  const audit = {
    at: context.clock.now(),
    actor: actor.name,
    verb: 'play.part-planned',
    subject: `play/${run.id}`,
    detail: { part: partId, action: actionId },
  }
  if (!(await stored(context.store.change(next, audit)))) throw raced()
  context.onEvent(`Play “${run.play.title}”: ${part.title} planned by ${actor.name}`, actionId)
  return { ...next, version: run.version + 1 }
}
