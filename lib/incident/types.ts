/** One line of the incident's timeline. */
export interface TimelineEntry {
  id: string
  /** Epoch ms. */
  at: number
  kind: 'state' | 'fuse' | 'suspect' | 'action' | 'note' | 'change' | 'system'
  severity: 'info' | 'warn' | 'critical'
  /** Plain text; hostile strings inside are data. */
  text: string
  clusterId?: string
  actionId?: string
  /** Who did it: a person's name, or the room that saw it. */
  by: string
}
