import { randomUUID } from 'node:crypto'
import type { Principal } from '../access/types'
import type { ChangeDto, ChangePost } from '../wire/suspects'
import type { TimelineEntryDto } from '../wire/timeline'
import { timelineEntryDto } from './dto/timeline-dto'
import { iso } from './dto/times'
import type { History } from './history'
import { needDatabase } from './need-database'
import type { SealDesk } from './seal-desk'
import type { Stores } from './stores'
import type { World } from './world'

/** Keeps a change that a pipeline tells of; suspects look at it from now on. */
export async function reportChange(
  { world, stores, history, seals }: { world: World; stores: Stores; history: History; seals: SealDesk },
  post: ChangePost,
  by: Principal,
  now: number,
): Promise<ChangeDto> {
  const { fleet, watch } = world
  const known = new Set(fleet.clusters.flatMap(cluster => [cluster.id, cluster.name]))
  const { sealed, ...told } = post
  const change: ChangeDto = {
    ...told,
    id: randomUUID(),
    at: post.at ?? iso(now),
    by: by.name,
    unknownClusters: post.clusters.filter(name => !known.has(name)),
  }
  const { kind, namespace, name, version = null } = post
  // First, since it also says whether the roll-out is of a kind that can be taken back.
  const sealId = sealed && (await seals.prepare(change, sealed, by)).id
  await needDatabase(async () => {
    await stores.change.add(change)
    const detail = { kind, namespace, name, version }
    await stores.audit.append([
      { at: now, actor: by.name, verb: 'change.reported', subject: `change/${change.id}`, detail },
    ])
  })
  watch.tell(change)
  const where = post.clusters.length > 0 ? ` on ${post.clusters.length} clusters` : ''
  const text = `${kind} ${name}${version ? ` ${version}` : ''} changes${where}`
  const entries = [watch.entry(Date.parse(change.at), 'change', 'info', text, by.name)]
  watch.note(entries)
  history.note(entries)
  return { ...change, sealId }
}

/** Keeps a person's note on the timeline. */
export async function addNote(
  { world, stores }: { world: World; stores: Stores },
  text: string,
  by: Principal,
  now: number,
): Promise<TimelineEntryDto> {
  const entry = world.watch.entry(now, 'note', 'info', text, by.name)
  await needDatabase(async () => {
    await stores.timeline.add([entry])
    await stores.audit.append([
      { at: now, actor: by.name, verb: 'timeline.noted', subject: `timeline/${entry.id}`, detail: { text } },
    ])
  })
  world.watch.note([entry])
  return timelineEntryDto(entry)
}
