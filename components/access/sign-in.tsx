'use client'

import { type FormEvent, useState, useSyncExternalStore } from 'react'
import { ProblemError, wordsOf } from '@/lib/client/problem-error'
import { requestJson } from '@/lib/client/request-json'
import { safeNext } from '@/lib/client/safe-next'
import { Logo } from '../shell/logo'
import { Glyph } from '../ui/glyph'

/** Signs in with a one-time link. The token is consumed by the button, not by opening the page. */
export function SignIn({ token, next }: { token: string | null; next: string | null }) {
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<'ready' | 'sending' | 'done'>('ready')
  const [error, setError] = useState<unknown>(null)
  // Pressed before the scripts are there, the button would send the form by itself and lose the token.
  const isReady = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  const value = token ?? tokenOf(typed)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (value === '' || state !== 'ready') return
    setState('sending')
    setError(null)
    try {
      await requestJson('/api/v1/session', { method: 'POST', body: { token: value } })
      setState('done')
      window.location.replace(safeNext(next))
    } catch (cause) {
      setError(cause)
      setState('ready')
    }
  }
  const isSpent =
    error instanceof ProblemError && error.status >= 400 && error.status < 500 && error.status !== 429
  return (
    <main className="sign-in">
      <form onSubmit={send}>
        <p className="brand">
          <Logo size={26} />
          Holdfast
        </p>
        <h1>Sign in</h1>
        {token === null ? (
          <>
            <p className="dim">
              Holdfast has no passwords. Open the sign-in link that the start command printed, or paste it
              here.
            </p>
            <label htmlFor="sign-in-link">Sign-in link or token</label>
            <input
              id="sign-in-link"
              className="field mono"
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          </>
        ) : (
          <p className="dim">
            This link works once. The button uses it up and keeps you signed in on this browser.
          </p>
        )}
        <button
          type="submit"
          disabled={!isReady}
          className="btn primary large"
          aria-disabled={value === '' || state !== 'ready'}
          data-testid="sign-in"
        >
          {!isReady
            ? 'One moment'
            : state === 'ready'
              ? 'Sign in'
              : state === 'sending'
                ? 'Signing in'
                : 'Signed in'}
        </button>
        <noscript>Signing in needs scripts. The public status page works without them.</noscript>
        {error !== null && (
          <div className="sign-in-error" role="alert">
            <Glyph name="block" size={14} className="c-block" />
            <div>
              <p>{wordsOf(error).text}</p>
              {wordsOf(error).hint && <p className="dim">{wordsOf(error).hint}</p>}
            </div>
          </div>
        )}
        <details open={isSpent}>
          <summary>The link was used or has expired?</summary>
          <p className="dim">
            On the machine that runs Holdfast, start it again: it prints a fresh link for its administrator.
            Anybody with a session stays signed in. For programs, make a token with
          </p>
          <code>npm run token -- create --name NAME --role viewer</code>
        </details>
        <p className="dim">
          <a href="/status">Public status page</a>
        </p>
      </form>
    </main>
  )
}

const never = () => () => {}

/** Takes a whole link as well as the bare token. */
function tokenOf(typed: string): string {
  const text = typed.trim()
  const found = /[?&]token=([^&#\s]+)/.exec(text)
  return found?.[1] ? decodeURIComponent(found[1]) : text
}
