'use client'

import { Failure } from '@/components/ui/panel'

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <main className="plain-page">
      <Failure
        title="This page broke"
        text={error.message}
        hint={error.digest ? `Reference ${error.digest} in the log.` : undefined}
        onRetry={reset}
      />
    </main>
  )
}
