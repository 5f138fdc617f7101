'use client'

import { useQuery } from '@tanstack/react-query'
import { span } from '@/lib/client/format-time'
import { wordsOf } from '@/lib/client/problem-error'
import { clusterReadinessQuery } from '@/lib/client/queries'
import type { ClusterReadinessDto } from '@/lib/wire/readiness'
import { CopyButton } from '../ui/copy-button'
import { Failure, Skeleton } from '../ui/panel'

/** The flags of one cluster, and each change that would let it last longer, with the diff to copy. */
export function ClusterChanges({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(clusterReadinessQuery(id))
  if (error && !data)
    return <Failure title="The changes could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
  if (!data) return <Skeleton lines={3} />
  return (
    <div className="ready-detail">
      {data.flags.length > 0 && (
        <ul className="flags" aria-label="What shortens it">
          {data.flags.map(({ code, text }) => (
            <li key={code}>{text}</li>
          ))}
        </ul>
      )}
      {data.changes.length === 0 ? (
        <p className="mute">
          {data.basis === 'assumed'
            ? 'No Corefile was read, so no change can be proposed.'
            : 'No change to its Corefiles would lengthen it.'}
        </p>
      ) : (
        <ol aria-label="Changes, the greatest gain first">
          {data.changes.map(change => (
            <Change key={change.code} change={change} />
          ))}
        </ol>
      )}
    </div>
  )
}

function Change({ change }: { change: ClusterReadinessDto['changes'][number] }) {
  const { title, risk, gainSeconds, felt, diffs } = change
  return (
    <li>
      <h3>
        <b className="mono">+{span(gainSeconds * 1_000)}</b> {title}
      </h3>
      <p className="dim">
        Names would fail after {span(felt.p50 * 1_000)} ({span(felt.p10 * 1_000)} to {span(felt.p90 * 1_000)}
        ). Risk: {risk}
      </p>
      {diffs.map(({ file, diff }) => (
        <details key={file}>
          <summary>{file}</summary>
          <CopyButton text={diff} label={`Copy the change of ${file}`} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop, keyboards cannot scroll it */}
          <pre className="diff" tabIndex={0}>
            {diff}
          </pre>
        </details>
      ))}
    </li>
  )
}
