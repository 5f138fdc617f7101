'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { plural } from '@/lib/client/format-number'
import { playsQuery } from '@/lib/client/queries'
import { Glyph } from '../ui/glyph'
import './plays.css'

/** One line of the war room: the play under way, or the one that fits best; it opens where plays are led. */
export function PlayOffer() {
  const { data } = useQuery({ ...playsQuery, refetchInterval: 10_000 })
  const run = data?.runs.find(({ state }) => state === 'open')
  const readyOf = (parts: readonly { standing: string }[]) =>
    parts.filter(({ standing }) => standing === 'ready').length
  const [best] = (data?.plays ?? [])
    .filter(({ missing, parts }) => missing === null && readyOf(parts) > 0)
    .sort((a, b) => readyOf(b.parts) - readyOf(a.parts))
  const shown = run ?? best
  if (!shown) return null
  const ready = readyOf(shown.parts)
  const toConfirm = run?.parts.filter(
    ({ standing, action, does }) => standing === 'planned' && does !== 'undo' && action?.state === 'planned',
  ).length
  return (
    <div className="play-offer" data-testid="play-offer">
      <Glyph name={run ? 'armed' : 'warn'} className={run ? '' : 'c-warn'} />
      <p>
        <b>Play: {shown.title}</b>{' '}
        <span className="dim">
          {run
            ? `${plural(toConfirm ?? 0, 'part')} to confirm, ${ready} to plan`
            : `${plural(ready, 'part')} can go now, side by side`}
        </span>
      </p>
      <Link className="btn small" href="/actions#plays">
        {run ? 'Go on…' : 'Open…'}
      </Link>
    </div>
  )
}
