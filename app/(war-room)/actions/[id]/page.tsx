import type { Metadata } from 'next'
import { ActionView } from '@/components/action/action-view'

export const metadata: Metadata = { title: 'Action' }

export default async function ActionPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <ActionView id={decodeURIComponent(id)} />
}
