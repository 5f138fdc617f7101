'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { plural } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { playsQuery, sessionQuery } from '@/lib/client/queries'
import { usePlayTurn } from '@/lib/client/writes'
import type { PlayDto } from '@/lib/wire/plays'
import { Glyph } from '../ui/glyph'
import { Failure } from '../ui/panel'
import { PlayParts } from './play-parts'
import { PlayRun } from './play-run'
import './plays.css'

/** Named sets of actions for known kinds of trouble: those under way, then every other, with what it would do now. */
export function PlaysSection() {
  const { data, error, refetch } = useQuery(playsQuery)
  const { data: session } = useQuery(sessionQuery)
  const mayAct = session ? session.role !== 'viewer' : false
  const running = (data?.runs ?? []).filter(({ state }) => state === 'open')
  const offered = (data?.plays ?? []).filter(({ id }) => !running.some(({ playId }) => playId === id))
  const fitting = offered.filter(fitsNow).length
  return (
    <section className="plays" aria-labelledby="plays-title" id="plays" data-testid="plays">
      <header>
        <h2 id="plays-title">Plays</h2>
        {data && (
          <span className="mute">
            {[
              ...(running.length > 0 ? [`${running.length} under way`] : []),
              fitting > 0 ? `${fitting} to start now` : 'no other fits what is known now',
            ].join(', ')}
          </span>
        )}
      </header>
      {!data && error !== null && (
        <Failure title="The plays could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
      )}
      {running.map(run => (
        <PlayRun key={run.id} run={run} mayAct={mayAct} />
      ))}
      <ul className="offers">
        {offered.map(play => (
          <Offer key={play.id} play={play} mayAct={mayAct} />
        ))}
      </ul>
    </section>
  )
}

/** The fleet is in the state that it is for, and something of it can be done. */
const fitsNow = ({ missing, parts }: PlayDto) =>
  missing === null && parts.some(({ standing }) => standing === 'ready')

function Offer({ play, mayAct }: { play: PlayDto; mayAct: boolean }) {
  const start = usePlayTurn(`plays/${encodeURIComponent(play.id)}/start`)
  const [isOpen, setOpen] = useState(false)
  const ready = play.parts.filter(({ standing }) => standing === 'ready').length
  const fits = fitsNow(play)
  const lock = !mayAct ? 'Viewers cannot start a play' : ready === 0 ? 'No part applies now' : null
  const failed = start.error ? wordsOf(start.error) : null
  return (
    <li>
      <div className="offer">
        <Glyph name={fits ? 'warn' : 'info'} className={fits ? 'c-warn' : 'mute'} />
        <p>
          <b>{play.title}</b>
          {!play.shipped && <span className="tag">Your own</span>}{' '}
          <span className="dim">
            {fits
              ? `${ready} of ${plural(play.parts.length, 'part')} can be planned now.`
              : `Not now: ${play.missing ?? 'no part of it applies'}.`}
          </span>
        </p>
        <button
          type="button"
          className="btn"
          aria-expanded={isOpen}
          onClick={() => setOpen(before => !before)}
        >
          Parts<span className="sr"> of {play.title}</span>
        </button>
        <button
          type="button"
          className={fits && lock === null ? 'btn primary' : 'btn'}
          aria-disabled={lock !== null || start.isPending}
          title={lock ?? undefined}
          onClick={() => lock === null && !start.isPending && start.mutate({ reason: '' })}
        >
          {start.isPending ? 'Planning its parts' : 'Start'}
          <span className="sr"> {play.title}</span>
        </button>
      </div>
      {failed && (
        <p className="c-block problem" role="alert">
          <b>Not started.</b> {failed.text} {failed.hint}
        </p>
      )}
      {isOpen && (
        <>
          {play.why && <p className="dim why">{play.why}</p>}
          <PlayParts parts={play.parts.map(part => ({ ...part, plan: null, problem: null, action: null }))} />
        </>
      )}
    </li>
  )
}
