'use client'

import { Failure } from '@/components/ui/panel'

/** A view that broke. The frame around it, with the incident and the clock, stays. */
export default function ViewError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <main className="one-panel">
      <Failure
        title="This view broke"
        text={error.message}
        hint={`The stream and the other views still work.${error.digest ? ` Reference ${error.digest}.` : ''}`}
        onRetry={reset}
      />
    </main>
  )
}
