import type { TimelineEntry } from '../../incident/types'
import type { TimelineEntryDto } from '../../wire/timeline'
import { iso } from './times'

export function timelineEntryDto({ at, clusterId, actionId, ...entry }: TimelineEntry): TimelineEntryDto {
  return { ...entry, at: iso(at), clusterId: clusterId ?? null, actionId: actionId ?? null }
}
