'use client'

import { useQuery } from '@tanstack/react-query'
import { playsQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { actionWords } from './action-words'
import './plays.css'

/** In the sheet of a play's part: its other parts that are planned, to go through them one after the other. */
export function SheetPlay({ actionId }: { actionId: string }) {
  const { data } = useQuery(playsQuery)
  const [, setView] = useViewState()
  const run = data?.runs.find(
    ({ state, parts }) => state === 'open' && parts.some(part => part.action?.id === actionId),
  )
  if (!run) return null
  const parts = run.parts.flatMap(({ id, title, does, standing, action }) =>
    does !== 'undo' && standing === 'planned' && action ? [{ id, title, action }] : [],
  )
  return (
    <nav className="sheet-play" aria-label={`Parts of the play ${run.title}`}>
      <span className="dim">{run.title}:</span>
      <ol>
        {parts.map(({ id, title, action }) => (
          <li key={id}>
            <button
              type="button"
              className="btn small"
              aria-current={action.id === actionId ? 'step' : undefined}
              onClick={() => setView({ action: action.id })}
            >
              {title}
              <span className="mute">{actionWords(action).word}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
