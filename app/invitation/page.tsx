import type { Metadata } from 'next'
import { engineOrThrow } from '@/app/api/handle'
import { Invitation } from '@/components/access/invitation'
import { HoldfastError } from '@/lib/errors'

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Says whose invitation it is; taking it is done by a button, since previews and scanners open links. */
export default async function InvitationPage({ searchParams }: Props) {
  const { token } = await searchParams
  const secret = typeof token === 'string' ? token : ''
  return <Invitation token={secret} {...(await whose(secret))} />
}

async function whose(secret: string) {
  try {
    const { name, login, role } = (await engineOrThrow().access.invitation(secret)).person
    return { invited: { name, login, role }, problem: null }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return { invited: null, problem: [error.message, error.hint].filter(Boolean).join(' ') }
  }
}
