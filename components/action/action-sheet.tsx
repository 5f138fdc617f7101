'use client'

import { useQuery } from '@tanstack/react-query'
import { Dialog } from 'radix-ui'
import { wordsOf } from '@/lib/client/problem-error'
import { actionQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { Failure, Skeleton } from '../ui/panel'
import { Scrim } from '../ui/scrim'
import { KIND_WORDS, targetName } from './action-words'
import { SheetFuse } from './sheet-fuse'
import { SheetPlan } from './sheet-plan'
import { useRemoval } from './use-removal'

/** The sheet of one action, opened by `?action=<id>`. Its scrim leaves a window over the fuse. */
export function ActionSheet() {
  const [view, setView] = useViewState()
  const removal = useRemoval()
  const isPlanning = removal.planning !== null
  const open = view.action !== null || isPlanning
  const close = () => {
    removal.dismiss()
    setView({ action: null })
  }
  return (
    <Dialog.Root open={open} onOpenChange={next => !next && close()}>
      <Dialog.Portal>
        <Scrim />
        <Dialog.Content className="sheet" aria-describedby={undefined} data-testid="action-sheet">
          {isPlanning ? (
            <Planning onClose={close} />
          ) : (
            view.action !== null && <Loaded key={view.action} id={view.action} onClose={close} />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Planning({ onClose }: { onClose: () => void }) {
  const { planning, error, plan } = useRemoval()
  if (!planning) return null
  return (
    <>
      <header className="sheet-top">
        <Dialog.Title>{KIND_WORDS[planning.kind].title}</Dialog.Title>
        <p>
          {planning.target.kind} <span className="mono">{targetName(planning.target)}</span>
        </p>
        <SheetFuse />
      </header>
      {error ? (
        <Failure title="No plan could be made" {...wordsOf(error)} onRetry={() => plan(planning)} />
      ) : (
        <div className="sheet-wait">
          <p role="status">
            Resolving the exact targets, and asking every cluster that answers for a dry run. Nothing is
            changed.
          </p>
          <Skeleton lines={4} />
        </div>
      )}
      <footer className="sheet-foot">
        <p>Nothing has been sent.</p>
        <button type="button" className="btn large" onClick={onClose}>
          Cancel <kbd className="kbd">Esc</kbd>
        </button>
      </footer>
    </>
  )
}

function Loaded({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: action, error, refetch } = useQuery(actionQuery(id))
  if (action) return <SheetPlan action={action} onClose={onClose} />
  return (
    <>
      <header className="sheet-top">
        <Dialog.Title>Action</Dialog.Title>
        <SheetFuse />
      </header>
      {error ? (
        <Failure title="This action could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
      <footer className="sheet-foot">
        <p />
        <button type="button" className="btn large" onClick={onClose}>
          Close <kbd className="kbd">Esc</kbd>
        </button>
      </footer>
    </>
  )
}
