import type { Metadata } from 'next'
import { Suspense } from 'react'
import { DnsView } from '@/components/dns/dns-view'

export const metadata: Metadata = { title: 'DNS caches' }

export default function DnsPage() {
  return (
    <Suspense>
      <DnsView />
    </Suspense>
  )
}
