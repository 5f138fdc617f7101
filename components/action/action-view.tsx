'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { count, percent, plural } from '@/lib/client/format-number'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { actionQuery, warRoomQuery } from '@/lib/client/queries'
import type { ActionDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { Failure, Skeleton } from '../ui/panel'
import { ActionTrack, TrackKey } from './action-track'
import { ActionTurns } from './action-turns'
import { actionWords, shortDigest, targetName } from './action-words'
import { PlanTools } from './plan-tools'
import { ShotTable } from './shot-table'

/** One action in full: what was sent where, what landed, what is done, what is proven. */
export function ActionView({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(actionQuery(id))
  const { data: room } = useQuery(warRoomQuery)
  if (!data) {
    return (
      <main className="action-page">
        {error ? (
          <Failure title="This action could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton lines={4} />
        )}
      </main>
    )
  }
  // The stream is quicker than the next question: its counts and state go first.
  const summary = room?.actions.find(a => a.id === id)
  const action: ActionDto = summary
    ? {
        ...data,
        state: summary.state,
        progress: summary.progress,
        approval: summary.approval,
        pause: summary.pause,
        nextWave: summary.nextWave,
      }
    : data
  return (
    <main className="action-page" data-testid="action-page">
      <Head action={action} />
      <Progress action={action} />
      <PlanTools action={action} />
      <ShotTable action={action} />
    </main>
  )
}

function Head({ action }: { action: ActionDto }) {
  const zone = useZone()
  const words = actionWords(action)
  const { target } = action
  return (
    <header className="page-head">
      <div>
        <p className="crumb">
          <Link href="/actions">Actions</Link> / <span className="mono">{shortDigest(action.digest)}</span>
        </p>
        <h2>{action.title}</h2>
        <p className="say">
          <span className={`state ${words.textClass}`}>
            <Glyph name={words.glyph} />
            {words.word}
          </span>
          {' · '}
          {target.kind} <span className="mono">{targetName(target)}</span>
        </p>
        <p className="say">
          {action.by} planned it at {clockTime(Date.parse(action.plannedAt), zone)}
          {action.confirmedAt && ` and confirmed it at ${clockTime(Date.parse(action.confirmedAt), zone)}`}.
          {action.reason && ` “${action.reason}”`}
        </p>
        <Answer action={action} />
        <Paused action={action} />
        {action.revertsAt && action.state !== 'undone' && (
          <p className="say">
            Holdfast takes it back by itself at {clockTime(Date.parse(action.revertsAt), zone)}.
          </p>
        )}
      </div>
      <ActionTurns action={action} />
    </header>
  )
}

const SHOWN_NAMES = 3

const ANSWERS = {
  approved: 'approved it',
  overridden: 'overrode the second person',
  declined: 'declined it',
  withdrawn: 'withdrew it',
} as const

/** Who the second person was, or why there was none. */
function Answer({ action: { approval } }: { action: ActionDto }) {
  const zone = useZone()
  if (!approval) return null
  const { askedBy, answer, review } = approval
  if (!answer) return <p className="say c-warn">{askedBy} asks for a second person.</p>
  return (
    <p className={answer.kind === 'overridden' && !review ? 'say c-warn' : 'say'}>
      {answer.by} {ANSWERS[answer.kind]} at {clockTime(Date.parse(answer.at), zone)}.
      {answer.reason && ` “${answer.reason}”`}
      {answer.kind === 'overridden' &&
        (review ? ` ${review.by} reviewed it: “${review.note}”` : ' It is to be reviewed by somebody else.')}
    </p>
  )
}

/** Who stopped it for now, and why. */
function Paused({ action: { pause } }: { action: ActionDto }) {
  const zone = useZone()
  if (!pause) return null
  const at = clockTime(Date.parse(pause.at), zone)
  if (pause.cause === 'person')
    return (
      <p className="say">
        <span className="c-warn">{`${pause.by} paused it at ${at}.`}</span>
      </p>
    )
  const names = pause.clusters.slice(0, SHOWN_NAMES).map(({ name }) => name)
  const more = pause.clusters.length - names.length
  return (
    <p className="say" role="status">
      <span className="c-warn">
        Holdfast paused it at {at}. {pause.reason}
      </span>{' '}
      Look at {names.join(', ')}
      {more > 0 && ` and ${more} more`} before you resume it.
    </p>
  )
}

function Progress({ action }: { action: ActionDto }) {
  const { progress, blastRadius } = action
  const of = (n: number) => (progress.clusters > 0 ? percent(n / progress.clusters) : '')
  return (
    <>
      <dl className="figures" aria-label="Progress">
        <Figure
          name="Landed"
          value={count(progress.landed)}
          of={progress.clusters}
          title={of(progress.landed)}
        />
        <Figure name="Done" value={count(progress.done)} of={progress.clusters} title={of(progress.done)} />
        <Figure
          name="Verified"
          value={count(progress.verified)}
          of={progress.clusters}
          title={of(progress.verified)}
        />
        <Figure name="Trying" value={count(progress.trying)} />
        <Figure name="Armed" value={count(progress.armed)} />
        <Figure name="Failed" value={count(progress.failed)} />
        <Figure name="Tries" value={count(progress.attempts)} />
        <Figure name="Nodes" value={count(blastRadius.nodes)} />
      </dl>
      <div className="progress-line">
        <ActionTrack progress={progress} />
        <TrackKey />
        <p className="sr">
          Landed: admitted by the API server. Done: its effect is there. Verified: ordinary callers are
          admitted again besides. {plural(progress.clusters, 'cluster')} in all.
        </p>
      </div>
    </>
  )
}

function Figure({ name, value, of, title }: { name: string; value: string; of?: number; title?: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>
        {value}
        {of !== undefined && <small>/{count(of)}</small>}
      </dd>
    </div>
  )
}
