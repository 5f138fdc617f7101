'use client'

import { useQuery } from '@tanstack/react-query'
import { span } from '@/lib/client/format-time'
import { wordsOf } from '@/lib/client/problem-error'
import { clusterReadinessQuery } from '@/lib/client/queries'
import type { ClusterReadinessDto } from '@/lib/wire/readiness'
import { describeLoad } from '../dns/describe-outlook'
import { CopyButton } from '../ui/copy-button'
import { Failure, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'

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
      <p className="dim">{describeLoad(data)}</p>
      {data.changes.length === 0 ? (
        <p className="mute">
          {data.basis === 'assumed'
            ? 'No Corefile was read, so no change can be proposed.'
            : 'No change to its Corefiles would lengthen it.'}
        </p>
      ) : (
        <Changes changes={data.changes} />
      )}
    </div>
  )
}

/** Whose names last longer, where it is not everybody's. */
const HELPED: Record<ClusterReadinessDto['changes'][number]['helps'], string> = {
  patient: '',
  hasty: 'for programs that give up after 10 s',
  musl: 'for programs on musl (Alpine) that ask for AAAA or search',
  'musl-ipv4': 'for programs on musl (Alpine) that search and ask for IPv4 alone',
  names: 'for the names in it',
}

function Changes({ changes }: { changes: ClusterReadinessDto['changes'] }) {
  const all = changes.filter(({ helps }) => helps === 'patient')
  const some = changes.filter(({ helps }) => helps !== 'patient')
  return (
    <>
      {all.length > 0 && (
        <ol aria-label="Changes, the greatest gain first">
          {all.map(change => (
            <Change key={change.code} change={change} />
          ))}
        </ol>
      )}
      {some.length > 0 && (
        <>
          <p className="mute part">For some programs or names</p>
          <ol aria-label="Changes for some programs or names">
            {some.map(change => (
              <Change key={change.code} change={change} />
            ))}
          </ol>
        </>
      )}
    </>
  )
}

/** Short budgets differ by seconds: `1 min 48 s`, from ten minutes on `12 min`. */
function fine(seconds: number): string {
  const s = Math.round(seconds)
  const rest = s % 60
  return s < 60 || s >= 600 || rest === 0
    ? span(s * 1_000)
    : `${span((s - rest) * 1_000)}\u00a0${span(rest * 1_000)}`
}

/** The model counts to a day: what outlasts that has no end that it knows. */
const DAY_SECONDS = 86_400

function Change({ change }: { change: ClusterReadinessDto['changes'][number] }) {
  const { title, risk, helps, gainSeconds, before, felt, diffs } = change
  const isEndless = felt.p50 >= DAY_SECONDS
  return (
    <li>
      <h3>
        <b className="mono">{isEndless ? 'no end' : `+${fine(gainSeconds)}`}</b> {title}{' '}
        {HELPED[helps] && <span className="dim">{HELPED[helps]}</span>}
      </h3>
      <p className="dim">
        {isEndless
          ? `They would fail after ${fine(before.p50)} today. `
          : `Names would fail after ${fine(felt.p50)} (${fine(felt.p10)} to ${fine(felt.p90)}), today after ${fine(before.p50)}. `}
        Risk: {risk}
      </p>
      {diffs.map(({ file, diff }) => (
        <details key={file}>
          <summary>{file}</summary>
          <CopyButton text={diff} label={`Copy the change of ${file}`} />
          <ScrollRegion label={`Change of ${file}`} className="diff">
            <pre>{diff}</pre>
          </ScrollRegion>
        </details>
      ))}
    </li>
  )
}
