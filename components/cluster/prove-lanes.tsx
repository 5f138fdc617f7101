'use client'

import { useQuery } from '@tanstack/react-query'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { useProveLanes } from '@/lib/client/writes'

/** Sends a read and dry-run writes over every way in, whatever the cluster's state. */
export function ProveLanes({ id }: { id: string }) {
  const { data: session } = useQuery(sessionQuery)
  const prove = useProveLanes(id)
  if (!session || session.role === 'viewer') return null
  return (
    <>
      {prove.error && (
        <span className="c-block clip" role="alert" title={wordsOf(prove.error).text}>
          {wordsOf(prove.error).text}
        </span>
      )}
      <button
        type="button"
        className="btn small"
        aria-disabled={prove.isPending}
        onClick={() => !prove.isPending && prove.mutate()}
      >
        {prove.isPending ? 'Proving' : 'Prove now'}
      </button>
    </>
  )
}
