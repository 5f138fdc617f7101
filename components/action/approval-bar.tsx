'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useId, useState } from 'react'
import { plural } from '@/lib/client/format-number'
import { countdown } from '@/lib/client/format-time'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { useIsStale, useServerRealNow } from '@/lib/client/use-live'
import { mayOverride, turnOf } from '@/lib/client/waiting-for'
import { useAnswerAction } from '@/lib/client/writes'
import type { ActionDto } from '@/lib/wire/actions'
import { HoldButton } from '../ui/hold-button'
import { KIND_WORDS } from './action-words'
import { MIN_REASON } from './confirm-lock'

const GUARD = 'approval.second-person'

/** The foot of a sheet that waits for a second person: approve, decline, withdraw, or override when the time is up. */
export function ApprovalBar({ action, onClose }: { action: ActionDto; onClose: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  const now = useServerRealNow()
  const isStale = useIsStale()
  const [reason, setReason] = useState('')
  const fieldId = useId()
  const approve = useAnswerAction(action.id, 'approve')
  const decline = useAnswerAction(action.id, 'decline')
  const override = useAnswerAction(action.id, 'override')
  const turn = turnOf(action, session)
  const isDue = mayOverride(action, session, now)
  const failed = approve.error ?? decline.error ?? override.error
  const isBusy = approve.isPending || decline.isPending || override.isPending
  const isShort = reason.trim().length < MIN_REASON
  const stale = isStale ? 'Stream is stale' : null
  const { digest } = action
  const what = `${KIND_WORDS[action.kind].hold} ${plural(action.targets.length, 'cluster')}`
  return (
    <>
      {turn !== 'none' && (
        <section className="sheet-form answer" aria-label="Answer">
          <div>
            <p>
              <label htmlFor={fieldId}>Your reason</label>{' '}
              <span>
                {turn === 'approve' && !isDue
                  ? `needed to decline, ${MIN_REASON} characters or more`
                  : `${MIN_REASON} characters or more; goes into the audit log`}
              </span>
            </p>
            <textarea
              id={fieldId}
              className="field"
              rows={2}
              maxLength={2_000}
              value={reason}
              onChange={event => setReason(event.target.value)}
            />
          </div>
        </section>
      )}
      <footer className="sheet-foot answers">
        <Standing action={action} now={now} failed={failed} />
        <button type="button" className="btn large" onClick={onClose}>
          Close <kbd className="kbd">Esc</kbd>
        </button>
        {turn !== 'none' && (
          <button
            type="button"
            className="btn large"
            aria-disabled={isShort || isBusy}
            onClick={() => !isShort && !isBusy && decline.mutate({ reason: reason.trim() })}
          >
            {turn === 'withdraw' ? 'Withdraw' : 'Decline'}
          </button>
        )}
        {isDue && (
          <HoldButton
            label="Hold to override"
            locked={stale ?? (isShort ? 'Give a reason to override' : null)}
            busy={isBusy}
            onHeld={() => override.mutate({ digest, guard: GUARD, reason: reason.trim() })}
          />
        )}
        {turn === 'approve' && (
          <HoldButton
            label={`Hold to approve: ${what}`}
            locked={stale}
            busy={isBusy}
            onHeld={() => approve.mutate({ digest, reason: reason.trim() })}
          />
        )}
      </footer>
    </>
  )
}

function Standing({ action, now, failed }: { action: ActionDto; now: number | null; failed: unknown }) {
  const { approval } = action
  if (failed) {
    return (
      <p className="c-block" role="alert">
        <b>Nothing changed.</b> {wordsOf(failed).text} {wordsOf(failed).hint}
      </p>
    )
  }
  if (!approval) return <p />
  const waited = now === null ? null : now - Date.parse(approval.askedAt)
  const left = now === null ? null : Date.parse(approval.overrideAt) - now
  return (
    <p>
      <b>
        {approval.askedBy} asks for a second person
        {waited !== null && (
          <>
            {' '}
            since <span className="mono">{countdown(waited)}</span>
          </>
        )}
        :
      </b>{' '}
      “{approval.reason}”{' '}
      {left !== null && left > 0 ? (
        <>
          A commander may override in <span className="mono">{countdown(left)}</span>.
        </>
      ) : (
        'A commander may override now; that is shown to everybody until it is reviewed.'
      )}
    </p>
  )
}

/** The foot of an action that went out without a second person: somebody else says what they find of it. */
export function ReviewBar({ action, onClose }: { action: ActionDto; onClose: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  const [note, setNote] = useState('')
  const fieldId = useId()
  const review = useAnswerAction(action.id, 'review')
  const answer = action.approval?.answer
  const isMine = turnOf(action, session) === 'review'
  const isShort = note.trim().length < MIN_REASON
  return (
    <>
      {isMine && (
        <section className="sheet-form answer" aria-label="Review">
          <div>
            <p>
              <label htmlFor={fieldId}>What you find</label> <span>{MIN_REASON} characters or more</span>
            </p>
            <textarea
              id={fieldId}
              className="field"
              rows={2}
              maxLength={2_000}
              value={note}
              onChange={event => setNote(event.target.value)}
            />
          </div>
        </section>
      )}
      <footer className="sheet-foot answers">
        {review.error ? (
          <p className="c-block" role="alert">
            {wordsOf(review.error).text} {wordsOf(review.error).hint}
          </p>
        ) : (
          <p>
            <b>{answer?.by} overrode the second person:</b> “{answer?.reason}” It is to be reviewed by
            somebody else.
          </p>
        )}
        <button type="button" className="btn large" onClick={onClose}>
          Close <kbd className="kbd">Esc</kbd>
        </button>
        <Link className="btn large" href={`/actions/${encodeURIComponent(action.id)}`}>
          Follow every cluster
        </Link>
        {isMine && (
          <button
            type="button"
            className="btn large primary"
            aria-disabled={isShort || review.isPending}
            onClick={() => !isShort && !review.isPending && review.mutate({ note: note.trim() })}
          >
            Mark reviewed
          </button>
        )}
      </footer>
    </>
  )
}
