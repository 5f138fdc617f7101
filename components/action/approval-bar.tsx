'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
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
import { ReasonField } from './reason-field'
import { CloseButton } from './sheet-buttons'

const GUARD = 'approval.second-person'

/** The foot of a sheet that waits for a second person: approve, decline, withdraw, or override when the time is up. */
export function ApprovalBar({ action, onClose }: { action: ActionDto; onClose: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  const now = useServerRealNow()
  const isStale = useIsStale()
  const [reason, setReason] = useState('')
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
          <ReasonField
            label="Your reason"
            hint={
              turn === 'approve' && !isDue
                ? `needed to decline, ${MIN_REASON} characters or more`
                : `${MIN_REASON} characters or more; goes into the audit log`
            }
            value={reason}
            onChange={setReason}
          />
        </section>
      )}
      <footer className="sheet-foot answers">
        <Standing action={action} now={now} failed={failed} />
        <CloseButton onClose={onClose} />
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
