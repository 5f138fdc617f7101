import Link from 'next/link'

/** Closes the sheet, as Escape does. */
export function CloseButton({ word = 'Close', onClose }: { word?: string; onClose: () => void }) {
  return (
    <button type="button" className="btn large" onClick={onClose}>
      {word} <kbd className="kbd">Esc</kbd>
    </button>
  )
}

/** To the action's own page, with a row for every cluster. */
export function FollowLink({ actionId, isPrimary = false }: { actionId: string; isPrimary?: boolean }) {
  return (
    <Link
      className={isPrimary ? 'btn large primary' : 'btn large'}
      href={`/actions/${encodeURIComponent(actionId)}`}
    >
      Follow every cluster
    </Link>
  )
}
