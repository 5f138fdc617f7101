import type { Metadata } from 'next'
import { DnsView } from '@/components/dns/dns-view'

export const metadata: Metadata = { title: 'DNS caches' }

export default function DnsPage() {
  return <DnsView />
}
