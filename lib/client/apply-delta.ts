import type { DeltaDto, WarRoomDto } from '../wire/stream'

/** Entries of the timeline that a browser keeps, the same bound as the server's snapshot. */
export const TIMELINE_LIMIT = 200

export type Applied =
  | { kind: 'applied'; room: WarRoomDto }
  /** Older than what is known: nothing to do. */
  | { kind: 'ignored' }
  /** Another process, or events were missed: only a fresh snapshot helps. */
  | { kind: 'gap'; reason: 'no-snapshot' | 'other-epoch' | 'missed-events' }

/**
 * Enters one delta into the war room. Pure: the given room is never changed, parts that did not change keep their
 * identity so that their views do not draw again.
 */
export function applyDelta(room: WarRoomDto | undefined, delta: DeltaDto): Applied {
  if (!room) return { kind: 'gap', reason: 'no-snapshot' }
  if (delta.epoch !== room.epoch) return { kind: 'gap', reason: 'other-epoch' }
  if (delta.seq <= room.seq) return { kind: 'ignored' }
  if (delta.seq !== room.seq + 1) return { kind: 'gap', reason: 'missed-events' }
  return {
    kind: 'applied',
    room: {
      ...room,
      seq: delta.seq,
      clock: delta.clock ?? room.clock,
      simulation: delta.simulation === undefined ? room.simulation : delta.simulation,
      fleet: delta.clusters ? mergeClusters(room, delta.clusters, delta.at) : room.fleet,
      fuses: delta.fuses ?? room.fuses,
      suspects: delta.suspects ?? room.suspects,
      actions: delta.actions ?? room.actions,
      timeline: delta.timeline ? mergeTimeline(room.timeline, delta.timeline) : room.timeline,
      notices: delta.notices ?? room.notices,
      frozen: delta.frozen === undefined ? room.frozen : delta.frozen,
      incident: delta.incident === undefined ? room.incident : delta.incident,
    },
  }
}

/** Whether a snapshot is news: a late answer of a slow request must not set the room back. */
export function isNewer(room: WarRoomDto | undefined, snapshot: WarRoomDto): boolean {
  return !room || room.epoch !== snapshot.epoch || snapshot.seq >= room.seq
}

function mergeClusters(
  room: WarRoomDto,
  changed: NonNullable<DeltaDto['clusters']>,
  at: string,
): WarRoomDto['fleet'] {
  const byId = new Map(changed.map(c => [c.id, c]))
  const clusters = room.fleet.clusters.map(known => {
    const now = byId.get(known.id)
    if (!now) return known
    byId.delete(known.id)
    return now
  })
  return { ...room.fleet, at, clusters: byId.size > 0 ? [...clusters, ...byId.values()] : clusters }
}

/** Newest first by their own time: a line may tell of what began a while ago. Of one instant, the later told first. */
function mergeTimeline(known: WarRoomDto['timeline'], added: WarRoomDto['timeline']): WarRoomDto['timeline'] {
  const ids = new Set(added.map(e => e.id))
  return [...added, ...known.filter(e => !ids.has(e.id))]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, TIMELINE_LIMIT)
}
