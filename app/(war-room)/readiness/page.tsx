import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ReadinessView } from '@/components/readiness/readiness-view'

export const metadata: Metadata = { title: 'Readiness' }

export default function ReadinessPage() {
  return (
    <Suspense>
      <ReadinessView />
    </Suspense>
  )
}
