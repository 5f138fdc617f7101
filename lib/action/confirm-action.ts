import { type GuardRefusal, HoldfastError } from '../errors'
import { type ActionContext, busyClusters, findAction, stored } from './action-context'
import { shotsOf } from './arm-shots'
import { evaluateGuards } from './guards/evaluate-guards'
import type { Confirmation } from './parse-request'
import type { Actor } from './ports'
import { type ActionRow, summaryOf } from './store'

/**
 * The approval: checks that exactly this plan is meant, asks every guard again with what is known now, and makes the
 * shots durable in one transaction. Nothing is sent before that is on disk.
 * @throws HoldfastError `not-found`, `conflict` when it was confirmed or aborted already, `blocked-by-guard` with every
 * refusal in `blockedBy`, `unavailable` when the database is away
 */
export async function confirmAction(
  context: ActionContext,
  id: string,
  given: Confirmation,
  actor: Actor,
): Promise<ActionRow> {
  const { clock, people, store, policy, source } = context
  const action = await findAction(store, id)
  if (action.state !== 'planned') {
    throw new HoldfastError('conflict', `The action is ${action.state} already.`, {
      hint: 'Look at it, or plan anew.',
    })
  }
  const refusals = refusalsOf(action, given)
  const freeze = await stored(store.getFreeze())
  if (freeze?.frozen) {
    const reason = `${freeze.by} froze all actions. Thaw them first.`
    refusals.push({ guard: 'actions.frozen', reason })
  }
  const verdicts = evaluateGuards({
    plan: { ...action.plan, request: { ...action.plan.request, reason: given.reason } },
    fleet: source.clusters(),
    policy,
    now: clock.now(),
    peopleNow: people.now(),
    busyClusters: await busyClusters(store),
  })
  for (const { guard, verdict, text } of verdicts) {
    if (verdict === 'block') refusals.push({ guard, reason: text })
  }
  if (refusals.length > 0) throw await refused(context, action, refusals, actor)
  const now = clock.now()
  const set = {
    state: 'running' as const,
    confirmedAt: now,
    confirmedBy: actor.name,
    // What is to end by itself is not begun any more once that would be over.
    expiresAt: now + Math.min(policy.approvalTtlMs, action.plan.revertAfterMs ?? Number.POSITIVE_INFINITY),
  }
  const shots = shotsOf(action.plan, set.expiresAt, now)
  const armed = await stored(
    store.arm(
      {
        id,
        from: ['planned'],
        set,
        audit: {
          at: now,
          actor: actor.name,
          verb: 'action.confirmed',
          subject: `action/${id}`,
          detail: {
            digest: action.digest,
            reason: given.reason,
            shots: shots.length,
            clusters: action.plan.targets.length,
            warnings: verdicts.filter(one => one.verdict === 'warn').map(one => one.guard),
          },
        },
      },
      shots,
    ),
  )
  if (!armed) throw new HoldfastError('conflict', 'Somebody else confirmed or aborted it at the same moment.')
  const running = { ...action, ...set }
  context.onAction(summaryOf(running))
  for (const shot of shots) context.onShot(shot)
  context.wake()
  return running
}

function refusalsOf(action: ActionRow, given: Confirmation): GuardRefusal[] {
  const refusals: GuardRefusal[] = []
  if (given.digest !== action.digest) {
    refusals.push({
      guard: 'plan.digest',
      reason: 'This is not the plan that you looked at. Open it again and compare.',
    })
  }
  const { name } = action.plan.request.target
  if (given.typedName !== name) {
    refusals.push({ guard: 'confirm.typed-name', reason: `Type the name of the target exactly: ${name}.` })
  }
  return refusals
}

async function refused(
  { clock, store }: ActionContext,
  action: ActionRow,
  blockedBy: GuardRefusal[],
  actor: Actor,
): Promise<HoldfastError> {
  await stored(
    store.appendAudit({
      at: clock.now(),
      actor: actor.name,
      verb: 'action.refused',
      subject: `action/${action.id}`,
      detail: { blockedBy },
    }),
  )
  return new HoldfastError('blocked-by-guard', blockedBy.map(one => one.reason).join(' '), { blockedBy })
}
