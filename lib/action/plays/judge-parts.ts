import type { PlayPart } from '../../fleet/play-schema'
import { lapsed } from '../lapse-action'
import { hasReached, milestoneText, missingOf } from './check-conditions'
import { resolvePart } from './resolve-part'
import type { PartAction, PartStanding, Play, PlayFacts } from './types'

interface JudgeInput {
  play: Play
  facts: PlayFacts
  /** The newest action of each part that has one. */
  actions: ReadonlyMap<string, PartAction>
  /** People's time: a plan that nobody confirmed expires by it. */
  peopleNow: number
}

const UNDONE = new Set(['undoing', 'undone'])

/** Where each part of a play stands at this moment, in the play's order. Pure. */
export function judgeParts(input: JudgeInput): PartStanding[] {
  const known = new Map<string, PartStanding>()
  const byId = new Map(input.play.parts.map(part => [part.id, part]))
  const standingOf = (id: string): PartStanding | undefined => {
    const part = byId.get(id)
    if (part && !known.has(id)) known.set(id, judgePart(part, input, standingOf))
    return known.get(id)
  }
  return input.play.parts.flatMap(({ id }) => standingOf(id) ?? [])
}

function judgePart(
  part: PlayPart,
  { facts, actions, peopleNow }: JudgeInput,
  standingOf: (id: string) => PartStanding | undefined,
): PartStanding {
  const own = actions.get(part.id)
  const current = own && { ...own, action: lapsed(own.action, peopleNow) }
  if (current && !isSpent(current)) return { part, standing: 'planned', text: '', current }
  const why = part.does === 'undo' ? nothingToUndo(standingOf(part.part)) : whyNot(part, facts)
  if (why !== undefined) return { part, standing: 'left-out', text: why, current }
  const needs = part.does === 'undo' ? { [part.part]: 'landed' as const, ...part.after } : part.after
  for (const [id, milestone] of Object.entries(needs)) {
    const other = standingOf(id)
    if (!other || other.standing === 'left-out') continue
    if (!hasReached(milestone, other.current, facts))
      return { part, standing: 'waits', text: `until ${milestoneText(other.part.title, milestone)}`, current }
  }
  const text = current ? `its plan is ${current.action.state}: plan it again` : 'it applies now'
  return { part, standing: 'ready', text, current }
}

/** It ended without a write, so that it may be planned again. */
function isSpent({ action, shots }: PartAction): boolean {
  return ['expired', 'aborted'].includes(action.state) && shots.every(shot => shot.landedAt === undefined)
}

function whyNot(part: Exclude<PlayPart, { does: 'undo' }>, facts: PlayFacts): string | undefined {
  const missing = missingOf(part.when, facts)
  if (missing !== undefined) return missing
  const resolved = resolvePart(part, facts, '')
  return 'why' in resolved ? resolved.why : undefined
}

function nothingToUndo(undone: PartStanding | undefined): string | undefined {
  if (!undone || undone.standing === 'left-out') return 'there is nothing to take back'
  if (undone.current && UNDONE.has(undone.current.action.state)) return 'it was taken back'
  return undefined
}
