import type { Metadata } from 'next'
import { StatusPage } from '@/components/status/status-page'
import { getStatusPage } from '@/lib/engine/status-page'

export const dynamic = 'force-dynamic'

export const metadata: Metadata = {
  title: 'Status',
  description: 'Whether our products work, and what we do about it',
}

/** Public: no session, no stream, no script needed. */
export default async function PublicStatusPage() {
  return <StatusPage page={await getStatusPage()} />
}
