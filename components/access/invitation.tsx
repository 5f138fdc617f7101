'use client'

import { type FormEvent, useState } from 'react'
import { requestJson } from '@/lib/client/request-json'
import { Logo } from '../shell/logo'
import { Field } from './field'
import { SignInError } from './sign-in'

interface Props {
  token: string
  invited: { name: string; login: string; role: string } | null
  problem: string | null
}

/** A person sets the password that they will sign in with. */
export function Invitation({ token, invited, problem }: Props) {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const differs = again !== '' && again !== password
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (isSending || password === '' || again !== password) return
    setIsSending(true)
    setError(null)
    try {
      await requestJson('/api/v1/invitation', { method: 'POST', body: { token, password } })
      window.location.replace('/settings')
    } catch (cause) {
      setError(cause)
      setIsSending(false)
    }
  }
  return (
    <main className="sign-in">
      <div className="box">
        <p className="brand">
          <Logo size={26} />
          Holdfast
        </p>
        <h1>{invited ? `Welcome, ${invited.name}` : 'Invitation'}</h1>
        {problem && <p role="alert">{problem}</p>}
        {invited && (
          <form onSubmit={send}>
            <p className="dim">
              You are invited as {invited.role}. Set the password that you will sign in with as{' '}
              <b>{invited.login}</b>: at least 12 characters; three or four words that belong to no sentence
              are good.
            </p>
            <input type="hidden" autoComplete="username" value={invited.login} readOnly />
            <Field
              label="New password"
              type="password"
              autoComplete="new-password"
              value={password}
              onChange={setPassword}
            />
            <Field
              label="The same again"
              type="password"
              autoComplete="new-password"
              value={again}
              onChange={setAgain}
            />
            {differs && <p className="dim">These two differ.</p>}
            <button
              type="submit"
              className="btn primary large"
              aria-disabled={isSending || password === '' || again !== password}
            >
              {isSending ? 'One moment' : 'Set password and sign in'}
            </button>
            {error !== null && <SignInError error={error} />}
          </form>
        )}
        <p className="dim">
          <a href="/sign-in">Sign in</a>
        </p>
      </div>
    </main>
  )
}
