import type { Metadata } from 'next'
import { SignIn } from '@/components/access/sign-in'
import { findEngine } from '@/lib/engine/engine'

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The one-time token of the link is sent by a button, never by opening the page: previews and scanners open links. */
export default async function SignInPage({ searchParams }: Props) {
  const { token, next, problem, ended } = await searchParams
  const text = (value: string | string[] | undefined) => (typeof value === 'string' ? value : null)
  return (
    <SignIn
      token={text(token)}
      next={text(next)}
      // A fixed sentence: words from an address could be anybody's.
      hasProblem={text(problem) !== null}
      hasEnded={text(ended) !== null}
      hasOidc={findEngine()?.access.oidc.isConfigured ?? false}
    />
  )
}
