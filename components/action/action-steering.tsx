'use client'

import { useQuery } from '@tanstack/react-query'
import { count } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { useIsStale } from '@/lib/client/use-live'
import { useTurnAction } from '@/lib/client/writes'
import type { ActionDto } from '@/lib/wire/actions'
import { HoldButton } from '../ui/hold-button'

/**
 * Pause, resume and widen a running action. A pause is one press, on a stale picture too, since to stop is always
 * safe; what sends more is held.
 */
export function ActionSteering({ action }: { action: ActionDto }) {
  const isStale = useIsStale()
  const { data: session } = useQuery(sessionQuery)
  const pause = useTurnAction(action.id, 'pause')
  const resume = useTurnAction(action.id, 'resume')
  const widen = useTurnAction(action.id, 'widen')
  const { nextWave } = action
  // Of an action that is being undone, its undo is what runs.
  if (action.state !== 'running' && action.state !== 'undoing') return null
  const isPaused = action.pause !== null
  const failed = pause.error ?? resume.error ?? widen.error
  const mayNot = !session ? 'Sign in first' : session.role === 'viewer' ? 'Viewers cannot act' : null
  const locked = mayNot ?? (isStale ? 'Stream is stale' : null)
  return (
    <>
      {isPaused ? (
        <HoldButton
          label="Hold to resume"
          locked={locked}
          busy={resume.isPending}
          onHeld={() => resume.mutate()}
        />
      ) : (
        <button
          type="button"
          className="btn large"
          disabled={mayNot !== null || pause.isPending}
          onClick={() => pause.mutate()}
        >
          {mayNot ?? (pause.isPending ? 'Pausing' : 'Pause')}
        </button>
      )}
      {nextWave && (
        <HoldButton
          label={`Hold to widen by ${count(nextWave.clusters)}`}
          locked={locked ?? (isPaused ? 'Resume it to widen' : null)}
          busy={widen.isPending}
          onHeld={() => widen.mutate()}
        />
      )}
      {failed && (
        <p className="c-block" role="alert">
          {wordsOf(failed).text} {wordsOf(failed).hint}
        </p>
      )}
    </>
  )
}
