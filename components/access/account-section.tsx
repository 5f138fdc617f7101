'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { accountQuery, useAccessWrite } from '@/lib/client/access-queries'
import { wordsOf } from '@/lib/client/problem-error'
import { makePasskey, usePasskey } from '@/lib/client/use-passkey'
import type { AccountDto } from '@/lib/wire/access'
import { Empty, Failure, Skeleton } from '../ui/panel'
import { Field } from './field'
import { Refusal, SureButton, When } from './settings-parts'
import { TotpPart } from './totp-part'

/** One's own password, one-time codes and passkeys. */
export function AccountSection() {
  const { data, error } = useQuery(accountQuery)
  if (!data)
    return error ? <Failure title="Your account could not be read" {...wordsOf(error)} /> : <Skeleton />
  const { person } = data
  if (!person)
    return (
      <Empty title="This session has no account">
        It was opened by a one-time link or a code. Invite yourself under People, and sign in as that person.
      </Empty>
    )
  return (
    <>
      <p>
        You are <b>{person.name}</b>, {person.role}, and sign in as{' '}
        <span className="mono">{person.login}</span>.
      </p>
      {person.hasPassword && <PasswordPart />}
      {person.hasPassword && <TotpPart isOn={person.hasTotp} />}
      <PasskeyPart passkeys={data.passkeys} />
    </>
  )
}

function PasswordPart() {
  const write = useAccessWrite()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const isEmpty = current === '' || next === ''
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (isEmpty) return
    write.mutate(
      { path: 'account/password', body: { current, next } },
      {
        onSuccess: () => {
          setCurrent('')
          setNext('')
        },
      },
    )
  }
  return (
    <form className="settings-form" aria-label="Password" onSubmit={send}>
      <Field
        label="Password of now"
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
      />
      <Field
        label="New password"
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
      />
      <button type="submit" className="btn" aria-disabled={isEmpty || write.isPending}>
        Change password
      </button>
      {write.isSuccess && <p role="status">Changed. Your other sessions have ended.</p>}
      <Refusal error={write.error} />
    </form>
  )
}

function PasskeyPart({ passkeys }: { passkeys: AccountDto['passkeys'] }) {
  const write = useAccessWrite()
  const { hasPasskeys } = usePasskey()
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    setError(null)
    try {
      await makePasskey((path, body) => write.mutateAsync({ path, body }), name)
      setName('')
    } catch (cause) {
      setError(cause)
    }
  }
  const remove = (id: string) =>
    write.mutate({ path: `account/passkeys/${encodeURIComponent(id)}`, method: 'DELETE' })
  return (
    <>
      <ul className="uses">
        {passkeys.map(one => (
          <li key={one.id}>
            Passkey <b>{one.name}</b>, made <When at={one.createdAt} />, last used{' '}
            <When at={one.lastUsedAt} />{' '}
            <SureButton label="Remove" about={`passkey ${one.name}`} onSure={() => remove(one.id)} />
          </li>
        ))}
      </ul>
      {hasPasskeys ? (
        <form className="settings-form" aria-label="Add a passkey" onSubmit={add}>
          <Field label="Name of this device" value={name} onChange={setName} />
          <button type="submit" className="btn" aria-disabled={name.trim() === ''}>
            Add a passkey
          </button>
          <Refusal error={error} />
        </form>
      ) : (
        <p className="dim">Passkeys need https (or localhost) and a browser that knows them.</p>
      )}
    </>
  )
}
