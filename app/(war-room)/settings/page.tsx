import type { Metadata } from 'next'
import { SettingsView } from '@/components/access/settings-view'

export const metadata: Metadata = { title: 'Settings' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SettingsPage({ searchParams }: Props) {
  const { show } = await searchParams
  return <SettingsView show={typeof show === 'string' ? show : 'account'} />
}
