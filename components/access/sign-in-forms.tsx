'use client'

import { type FormEvent, useState } from 'react'
import { ProblemError } from '@/lib/client/problem-error'
import { requestJson } from '@/lib/client/request-json'
import { Field } from './field'

interface FormProps {
  /** False until the scripts are there. */
  isReady: boolean
  state: 'ready' | 'sending' | 'done'
  run(attempt: () => Promise<unknown>): Promise<void>
  error: unknown
}

const post = (path: string, body: unknown) => requestJson(`/api/v1/session${path}`, { method: 'POST', body })

/** Name and password; the second factor is asked for when the server wants it. */
export function PasswordForm({ run, error, ...submit }: FormProps) {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [wantsCode, setWantsCode] = useState(false)
  if (!wantsCode && error instanceof ProblemError && error.where === 'code') setWantsCode(true)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (login.trim() !== '' && password !== '')
      void run(() => post('/password', { login, password, ...(wantsCode && code && { code }) }))
  }
  return (
    <form onSubmit={send}>
      <Field label="Name or e-mail" autoComplete="username" value={login} onChange={setLogin} />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      {wantsCode && (
        <Field
          label="Six digits of your authenticator application"
          autoComplete="one-time-code"
          inputMode="numeric"
          isFocused
          value={code}
          onChange={setCode}
        />
      )}
      <Submit {...submit} isEmpty={login.trim() === '' || password === ''} />
    </form>
  )
}

/** A one-time link, from the address or pasted. */
export function LinkForm({ run, error: _shown, token, ...submit }: FormProps & { token: string | null }) {
  const [typed, setTyped] = useState('')
  const value = token ?? tokenOf(typed)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (value !== '') void run(() => post('', { token: value }))
  }
  return (
    <form onSubmit={send}>
      {token === null ? (
        <Field label="Sign-in link or token" isMono value={typed} onChange={setTyped} />
      ) : (
        <p className="dim">
          This link works once. The button uses it up and keeps you signed in on this browser.
        </p>
      )}
      <Submit {...submit} isEmpty={value === ''} />
    </form>
  )
}

/** A sealed code, with who uses it and why. */
export function BreakGlassForm({ run, error: _shown, ...submit }: FormProps) {
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const isEmpty = [code, name, reason].some(text => text.trim() === '')
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isEmpty) void run(() => post('/break-glass', { code, name, reason }))
  }
  return (
    <form onSubmit={send}>
      <p className="dim">
        Each sealed code opens once, for four hours as commander. Everybody is told, and another person has to
        review it.
      </p>
      <Field label="Code from the sealed sheet" isMono value={code} onChange={setCode} />
      <Field label="Your name" autoComplete="name" value={name} onChange={setName} />
      <Field label="Why nothing else works" value={reason} onChange={setReason} />
      <Submit {...submit} isEmpty={isEmpty} />
    </form>
  )
}

function Submit({ isReady, state, isEmpty }: Pick<FormProps, 'isReady' | 'state'> & { isEmpty: boolean }) {
  const words = { ready: 'Sign in', sending: 'Signing in', done: 'Signed in' }
  return (
    <button
      type="submit"
      disabled={!isReady}
      className="btn primary large"
      aria-disabled={isEmpty || state !== 'ready'}
      data-testid="sign-in"
    >
      {isReady ? words[state] : 'One moment'}
    </button>
  )
}

/** Takes a whole link as well as the bare token. */
function tokenOf(typed: string): string {
  const text = typed.trim()
  const found = /[?&]token=([^&#\s]+)/.exec(text)
  return found?.[1] ? decodeURIComponent(found[1]) : text
}
