'use client'

import { useQuery } from '@tanstack/react-query'
import { plural } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { useIsStale } from '@/lib/client/use-live'
import { useConfirmAction } from '@/lib/client/writes'
import type { ActionDto } from '@/lib/wire/actions'
import { HoldButton } from '../ui/hold-button'
import { KIND_WORDS } from './action-words'
import { confirmLock } from './confirm-lock'
import { CloseButton } from './sheet-buttons'
import { useRemoval } from './use-removal'

/** Undo in words, then the hold. Locks with its reason; an expired plan offers a new one. */
export function ConfirmBar({
  action,
  reason,
  typedName,
  left,
  onClose,
}: {
  action: ActionDto
  reason: string
  typedName: string
  left: number | null
  onClose: () => void
}) {
  const isStale = useIsStale()
  const { data: session } = useQuery(sessionQuery)
  const confirm = useConfirmAction(action.id)
  const removal = useRemoval()
  const locked = confirmLock({
    action,
    reason,
    typedName,
    leftMs: left,
    isStale,
    role: session?.role ?? null,
  })
  const what = `${KIND_WORDS[action.kind].hold} ${plural(action.targets.length, 'cluster')}`
  const mustPlanAgain = (left !== null && left <= 0) || confirm.isError
  return (
    <footer className="sheet-foot">
      {confirm.isError ? (
        <p className="c-block" role="alert">
          <b>Not sent.</b> {wordsOf(confirm.error).text} {wordsOf(confirm.error).hint}
        </p>
      ) : (
        <p>
          <b>Undo:</b> {action.undoStatement.replace(/^Undo /, '')}
        </p>
      )}
      <CloseButton word="Cancel" onClose={onClose} />
      {mustPlanAgain && (
        <button
          type="button"
          className="btn large"
          onClick={() => removal.plan({ ...action.request, reason })}
        >
          Plan again
        </button>
      )}
      <HoldButton
        label={action.asksSecondPerson ? `Hold to ask a second person: ${what}` : `Hold to ${what}`}
        locked={locked}
        busy={confirm.isPending}
        kbd={<kbd className="kbd">⏎</kbd>}
        onHeld={() => confirm.mutate({ digest: action.digest, typedName, reason: reason.trim() })}
      />
    </footer>
  )
}
