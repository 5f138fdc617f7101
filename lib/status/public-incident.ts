import type { ComponentStatusDto, StatusPageDto } from '../wire/status'
import { indicatorOf } from './product-status'

type PublicIncident = StatusPageDto['incidents'][number]
type Stage = PublicIncident['status']

export interface PublicFacts {
  /** By product, in order of the page. */
  components: { id: string; name: string; status: ComponentStatusDto }[]
  /** A cause has been found. */
  causeKnown: boolean
  /** The fix is in effect somewhere. */
  fixLanding: boolean
}

/** All must be operational for this long before an incident is called resolved. */
const RESOLVED_AFTER_MS = 5 * 60_000

const BODY: Record<Stage, (names: string) => string> = {
  investigating: names => `We see signs of trouble in ${names} and are looking into it.`,
  identified: names =>
    `We know what causes the trouble in ${names} and are stopping it. Some requests fail until it is gone.`,
  monitoring: names => `The cause is being removed. ${names} recover step by step; we watch them closely.`,
  resolved: () => 'All products work as usual again.',
}

/**
 * Carries the public incident on: begins when a product is felt to fail, gains one update for each stage reached
 * (never back), and ends after five operational minutes. Its words tell nothing of clusters, causes or people.
 * @param nowMs epoch ms
 */
export function carryIncident(
  previous: PublicIncident | undefined,
  facts: PublicFacts,
  nowMs: number,
  calmSinceMs: number | undefined,
): PublicIncident | undefined {
  const failing = facts.components.filter(c => c.status !== 'operational')
  const open = previous && previous.status !== 'resolved' ? previous : undefined
  if (!open && failing.length === 0) return previous
  const at = new Date(nowMs).toISOString()
  const names = failing.length > 0 ? listed(failing.map(c => c.name)) : (open?.affects.join(', ') ?? '')
  const calm = failing.length === 0 && calmSinceMs !== undefined && nowMs - calmSinceMs >= RESOLVED_AFTER_MS
  const stage: Stage = calm
    ? 'resolved'
    : facts.fixLanding
      ? 'monitoring'
      : facts.causeKnown
        ? 'identified'
        : 'investigating'
  const base = open ?? {
    id: `inc-${nowMs.toString(36)}`,
    name: `Some ${names} requests fail`,
    status: 'investigating' as Stage,
    impact: 'none' as const,
    beganAt: at,
    resolvedAt: null,
    affects: [],
    updates: [],
  }
  const told = new Set(base.updates.map(update => update.status))
  const isNew =
    !told.has(stage) &&
    ORDER.indexOf(stage) >= Math.max(-1, ...base.updates.map(u => ORDER.indexOf(u.status)))
  return {
    ...base,
    status: isNew ? stage : base.status,
    impact: worse(base.impact, indicatorOf(facts.components.map(c => c.status))),
    affects: [...new Set([...base.affects, ...failing.map(c => c.name)])],
    resolvedAt: stage === 'resolved' ? at : null,
    updates: isNew
      ? [{ id: `${base.id}-${stage}`, at, status: stage, body: BODY[stage](names) }, ...base.updates]
      : base.updates,
  }
}

const ORDER: Stage[] = ['investigating', 'identified', 'monitoring', 'resolved']
const IMPACT: PublicIncident['impact'][] = ['none', 'minor', 'major', 'critical']
const worse = (a: PublicIncident['impact'], b: PublicIncident['impact']) =>
  IMPACT.indexOf(b) > IMPACT.indexOf(a) ? b : a

export function listed(names: string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
