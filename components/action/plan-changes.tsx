'use client'

import { plural } from '@/lib/client/format-number'
import type { ActionDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'

/** Diff-like lines of what changes on one cluster, and how many plans rest on a snapshot instead of a dry run. */
export function PlanChanges({ action }: { action: ActionDto }) {
  const unverified = action.targets.filter(t => t.verification.kind === 'snapshot').length
  const lines = action.changes.map((text, i) => ({ key: `${i} ${text}`, text }))
  return (
    <section>
      <h3>
        What changes <span>on each cluster, in this order</span>
      </h3>
      {lines.length === 0 ? (
        <p className="dim">Nothing: no target is left.</p>
      ) : (
        <ol className="diff">
          {lines.map(({ key, text }) => (
            <li key={key} className={text.startsWith('-') ? 'del' : text.startsWith('+') ? 'add' : 'file'}>
              {text}
            </li>
          ))}
        </ol>
      )}
      {notesOf(action).map(({ note, clusters }) => (
        <p key={note} className="unverified">
          <Glyph name="info" size={13} className="dim" />
          <span>
            {note}{' '}
            {clusters < action.targets.length && <span className="dim">({plural(clusters, 'cluster')})</span>}
          </span>
        </p>
      ))}
      {unverified > 0 && (
        <p className="unverified">
          <Glyph name="warn" size={13} className="c-warn" />
          <span>
            <b>{plural(unverified, 'cluster')} unverified:</b> no server answered a dry run. Planned from the
            last snapshot.
          </span>
        </p>
      )}
    </section>
  )
}

/** What steps leave out or leave behind, each said once with the number of clusters that it holds for. */
function notesOf({ targets }: ActionDto): { note: string; clusters: number }[] {
  const counts = new Map<string, number>()
  for (const note of targets.flatMap(target => target.notes)) counts.set(note, (counts.get(note) ?? 0) + 1)
  return [...counts].map(([note, clusters]) => ({ note, clusters }))
}

/** Clusters that are not part of it, each with its reason. */
export function LeftOut({ action }: { action: ActionDto }) {
  if (action.leftOut.length === 0) return null
  return (
    <section>
      <h3>
        Left out <span>{plural(action.leftOut.length, 'cluster')}</span>
      </h3>
      <ul className="left-out">
        {action.leftOut.map(c => (
          <li key={c.clusterId}>
            <span className="mono">{c.clusterName}</span> <span className="dim">{c.reason}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
