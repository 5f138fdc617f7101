'use client'

import { useState, useSyncExternalStore } from 'react'
import { ProblemError, wordsOf } from '@/lib/client/problem-error'
import { safeNext } from '@/lib/client/safe-next'
import { usePasskey } from '@/lib/client/use-passkey'
import { Logo } from '../shell/logo'
import { Glyph } from '../ui/glyph'
import { BreakGlassForm, LinkForm, PasswordForm } from './sign-in-forms'

type Way = 'password' | 'link' | 'break-glass'

const OTHER_WAYS: readonly (readonly [Way, string])[] = [
  ['password', 'Use name and password'],
  ['link', 'I have a sign-in link'],
  ['break-glass', 'Nothing else works: use a break-glass code'],
]

interface Props {
  token: string | null
  next: string | null
  hasOidc: boolean
  /** The identity provider sent somebody back who could not be let in. */
  hasProblem: boolean
  /** A session was revoked or has expired. */
  hasEnded: boolean
}

/** Signs in by password, passkey, one-time link or sealed code. A link is used up by the button, not by opening it. */
export function SignIn({ token, next, hasOidc, hasProblem, hasEnded }: Props) {
  const [way, setWay] = useState<Way>(token === null ? 'password' : 'link')
  const [state, setState] = useState<'ready' | 'sending' | 'done'>('ready')
  const [error, setError] = useState<unknown>(null)
  const { hasPasskeys, signInWithPasskey } = usePasskey()
  // Pressed before the scripts are there, the button would send the form by itself and lose what was typed.
  const isReady = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  const run = async (attempt: () => Promise<unknown>) => {
    if (state !== 'ready') return
    setState('sending')
    setError(null)
    try {
      await attempt()
      setState('done')
      window.location.replace(safeNext(next))
    } catch (cause) {
      setError(cause)
      setState('ready')
    }
  }
  const choose = (other: Way) => {
    setWay(other)
    setError(null)
  }
  const form = { isReady, state, run, error }
  const isSpent =
    error instanceof ProblemError && error.status >= 400 && error.status < 500 && error.status !== 429
  return (
    <main className="sign-in">
      <div className="box">
        <p className="brand">
          <Logo size={26} />
          Holdfast
        </p>
        <h1>Sign in</h1>
        {hasEnded && error === null && !hasProblem && (
          <p role="status">Your session has ended. Sign in to go on where you were.</p>
        )}
        {hasProblem && error === null && (
          <p role="alert">
            Single sign-on did not let you in: the try was too old or did not fit, or none of your groups has
            a role here. Try again, or ask an administrator.
          </p>
        )}
        {way === 'password' && hasOidc && (
          <a
            className="btn primary large"
            href={`/api/v1/session/oidc?${new URLSearchParams({ next: safeNext(next) })}`}
          >
            Single sign-on
          </a>
        )}
        {way === 'password' && <PasswordForm {...form} />}
        {way === 'link' && <LinkForm {...form} token={token} />}
        {way === 'break-glass' && <BreakGlassForm {...form} />}
        {error !== null && <SignInError error={error} />}
        {way === 'password' && hasPasskeys && (
          <button
            type="button"
            className="btn large"
            aria-disabled={state !== 'ready'}
            onClick={() => void run(signInWithPasskey)}
          >
            Use a passkey
          </button>
        )}
        <noscript>Signing in needs scripts. The public status page works without them.</noscript>
        <ul className="ways">
          {OTHER_WAYS.filter(([other]) => other !== way).map(([other, words]) => (
            <li key={other}>
              <button type="button" className="as-link" onClick={() => choose(other)}>
                {words}
              </button>
            </li>
          ))}
          <li>
            <a href="/status">Public status page</a>
          </li>
        </ul>
        {way === 'link' && (
          <details open={isSpent}>
            <summary>The link was used or has expired?</summary>
            <p className="dim">
              On the machine that runs Holdfast, start it again: it prints a fresh link for its administrator.
              Anybody with a session stays signed in. For programs, make a token with
            </p>
            <code>npm run token -- create --name NAME --role viewer</code>
          </details>
        )}
      </div>
    </main>
  )
}

/** What was wrong, and how to mend it. */
export function SignInError({ error }: { error: unknown }) {
  const { text, hint } = wordsOf(error)
  return (
    <div className="sign-in-error" role="alert">
      <Glyph name="block" size={14} className="c-block" />
      <div>
        <p>{text}</p>
        {hint && <p className="dim">{hint}</p>}
      </div>
    </div>
  )
}

const never = () => () => {}
