'use client'

import type { AuditFilter } from '@/lib/client/queries'

const FIELDS = [
  ['actor', 'Who', 'search', 'Part of a name'],
  ['action', 'Did', 'search', 'action.confirmed, shot.'],
  ['subject', 'To', 'search', 'action/…, cluster/…'],
  ['since', 'From', 'datetime-local', ''],
  ['until', 'Before', 'datetime-local', ''],
] as const

/** Narrows the log down by who, what, to what and when; times are in UTC. */
export function AuditFilterBar({
  filter,
  onChange,
}: {
  filter: AuditFilter
  onChange: (filter: AuditFilter) => void
}) {
  return (
    <search className="audit-filter" aria-label="Find entries">
      {FIELDS.map(([key, word, type, placeholder]) => (
        <label key={key}>
          <span>{type === 'search' ? word : `${word} (UTC)`}</span>
          <input
            className="field"
            type={type}
            step={type === 'search' ? undefined : 1}
            placeholder={placeholder}
            value={filter[key]}
            onChange={event => onChange({ ...filter, [key]: event.target.value })}
          />
        </label>
      ))}
    </search>
  )
}
