import type { ActionDesk } from './action-desk'
import { iso } from './dto/times'
import { recall, recallDeclared } from './memories'
import type { PlayDesk } from './play-desk'
import type { Stores } from './stores'
import type { World } from './world'

const DAY_MS = 86_400_000

/** Fills a world from what the database remembers; live data replaces it as it comes. */
export async function recallWorld(
  stores: Stores,
  world: World,
  desk: ActionDesk,
  now: number,
): Promise<void> {
  const { watch, board } = world
  const [memories, timeline, changes, days] = await Promise.all([
    stores.memory.all(),
    stores.timeline.newest(400, now - DAY_MS),
    stores.change.since(now - DAY_MS),
    stores.uptime.since(iso(now - 90 * DAY_MS).slice(0, 10)),
  ])
  watch.declare(recallDeclared(memories.find(({ kind }) => kind === 'incident')))
  for (const memory of memories) {
    const record = watch.records.get(memory.clusterId)
    if (record) recall(record, memory)
  }
  watch.note(timeline.toReversed())
  for (const change of changes.reverse()) watch.tell(change)
  board.load(days)
  await desk.recall()
}

/** Clears what was true of a simulated world that has ended; the audit log stays. */
export async function forgetWorld(
  { stores, desk, plays }: { stores: Stores; desk: ActionDesk; plays: PlayDesk },
  runId: string,
  now: number,
): Promise<void> {
  await stores.memory.clear()
  await stores.timeline.clear()
  await stores.change.clear()
  await stores.uptime.clear()
  await desk.expireAll()
  await plays.endAll()
  await stores.memory.save([{ clusterId: '', kind: 'world', at: now, value: { runId } }])
}

/** Whether the database remembers this run of the simulated world. */
export async function remembersRun(stores: Stores, runId: string): Promise<boolean> {
  const world = (await stores.memory.all()).find(memory => memory.kind === 'world')
  return Object(world?.value).runId === runId
}
