import type { Metadata } from 'next'
import { SignIn } from '@/components/access/sign-in'

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The one-time token of the link is sent by a button, never by opening the page: previews and scanners open links. */
export default async function SignInPage({ searchParams }: Props) {
  const { token, next } = await searchParams
  return (
    <SignIn token={typeof token === 'string' ? token : null} next={typeof next === 'string' ? next : null} />
  )
}
