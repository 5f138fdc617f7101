import type { Principal } from '../access/types'
import type { AuditDraft } from '../audit/types'
import { HoldfastError } from '../errors'
import type { Declared } from '../incident/declare-incident'
import type { TimelineEntry } from '../incident/types'
import type { IncidentPost } from '../wire/timeline'
import { needDatabase } from './need-database'
import type { Stores } from './stores'
import type { World } from './world'

/**
 * A person opens an incident, or says anew how grave it is. It lasts until a person ends it.
 * @throws HoldfastError `unavailable` while the database is away
 */
export async function declareIncident(
  { world, stores }: { world: World; stores: Stores },
  post: IncidentPost,
  by: Principal,
  now: number,
): Promise<void> {
  const { watch } = world
  const declared = { ...post, at: watch.declared?.at ?? now, by: by.name }
  const entry = watch.entry(now, 'system', 'critical', `Declared ${post.severity}: ${post.title}`, by.name)
  await keepIncident(stores, declared, entry, {
    at: now,
    actor: by.name,
    verb: 'incident.declared',
    subject: 'incident',
    detail: { ...post },
  })
  watch.declare(declared)
  watch.note([entry])
}

/**
 * Ends what was declared; what the clusters show goes on by itself.
 * @throws HoldfastError `conflict` when nobody declared one; `unavailable`
 */
export async function endIncident(
  { world, stores }: { world: World; stores: Stores },
  by: Principal,
  now: number,
): Promise<void> {
  const { watch } = world
  if (!watch.declared)
    throw new HoldfastError('conflict', 'Nobody declared an incident.', {
      hint: 'One that the clusters show ends by itself after five calm minutes.',
    })
  const { severity, title } = watch.declared
  const entry = watch.entry(now, 'system', 'info', `Ended the declared incident: ${title}`, by.name)
  await keepIncident(stores, null, entry, {
    at: now,
    actor: by.name,
    verb: 'incident.ended',
    subject: 'incident',
    detail: { severity, title },
  })
  watch.declare(undefined)
  watch.note([entry])
}

function keepIncident(
  stores: Stores,
  declared: Declared | null,
  entry: TimelineEntry,
  audit: AuditDraft,
): Promise<void> {
  return needDatabase(async () => {
    await stores.memory.save([{ clusterId: '', kind: 'incident', at: audit.at, value: { declared } }])
    await stores.timeline.add([entry])
    await stores.audit.append([audit])
  })
}
