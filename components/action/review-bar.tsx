'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { turnOf } from '@/lib/client/waiting-for'
import { useAnswerAction } from '@/lib/client/writes'
import type { ActionDto } from '@/lib/wire/actions'
import { MIN_REASON } from './confirm-lock'
import { ReasonField } from './reason-field'
import { CloseButton, FollowLink } from './sheet-buttons'

/** The foot of an action that went out without a second person: somebody else says what they find of it. */
export function ReviewBar({ action, onClose }: { action: ActionDto; onClose: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  const [note, setNote] = useState('')
  const review = useAnswerAction(action.id, 'review')
  const answer = action.approval?.answer
  const isMine = turnOf(action, session) === 'review'
  const isShort = note.trim().length < MIN_REASON
  return (
    <>
      {isMine && (
        <section className="sheet-form answer" aria-label="Review">
          <ReasonField
            label="What you find"
            hint={`${MIN_REASON} characters or more`}
            value={note}
            onChange={setNote}
          />
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
        <CloseButton onClose={onClose} />
        <FollowLink actionId={action.id} />
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
