'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { useIsStale } from '@/lib/client/use-live'
import { useTurnAction } from '@/lib/client/writes'
import type { ActionDto } from '@/lib/wire/actions'
import { HoldButton } from '../ui/hold-button'
import { ActionSteering } from './action-steering'
import { steeringWords } from './action-words'

/** The ways back: abort what is not sent yet, undo what was. Each is held, and each says what it does. */
export function ActionTurns({ action }: { action: ActionDto }) {
  const isStale = useIsStale()
  const { data: session } = useQuery(sessionQuery)
  const abort = useTurnAction(action.id, 'abort')
  const undo = useTurnAction(action.id, 'undo')
  const isToReview = action.approval?.answer?.kind === 'overridden' && action.approval.review === null
  const failed = abort.error ?? undo.error
  const locked = !session
    ? 'Sign in first'
    : session.role === 'viewer'
      ? 'Viewers cannot act'
      : isStale
        ? 'Stream is stale'
        : null
  return (
    <div className="does">
      {(action.state === 'planned' || action.state === 'awaiting' || isToReview) && (
        <Link className="btn large primary" href={`?action=${encodeURIComponent(action.id)}`}>
          {isToReview ? 'Review' : 'Open the plan'}
        </Link>
      )}
      <ActionSteering action={action} />
      {action.canAbort && (
        <HoldButton
          label="Hold to abort"
          locked={locked}
          busy={abort.isPending}
          onHeld={() => abort.mutate()}
        />
      )}
      {action.canUndo && (
        <HoldButton label="Hold to undo" locked={locked} busy={undo.isPending} onHeld={() => undo.mutate()} />
      )}
      {(action.canAbort || action.canUndo) && (
        <p className="say">
          {steeringWords(action)}
          {action.canAbort && 'Abort stops what has not landed; what landed stays. '}
          {action.canUndo && `Undo: ${action.undoStatement.replace(/^Undo /, '')}`}
        </p>
      )}
      {undo.data?.state === 'awaiting' && (
        <p className="c-warn" role="status">
          The undo waits for a second person.{' '}
          <Link href={`/actions/${encodeURIComponent(undo.data.id)}`}>Open the undo</Link>
        </p>
      )}
      {failed && (
        <p className="c-block" role="alert">
          {wordsOf(failed).text} {wordsOf(failed).hint}
        </p>
      )}
    </div>
  )
}
