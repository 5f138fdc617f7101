'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { tokensQuery, useAccessWrite } from '@/lib/client/access-queries'
import { wordsOf } from '@/lib/client/problem-error'
import { apiScope, newTokenDto, type PersonDto, role as roles, type TokenPost } from '@/lib/wire/access'
import { Empty, Failure, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { TableHead } from '../ui/table-head'
import { Choice, Field } from './field'
import { Refusal, ShownOnce, SureButton, When } from './settings-parts'

const COLUMNS = ['Name', 'May', 'Made by', 'Until', 'Revoke'] as const
const LIVES = ['30d', '90d', '365d', 'never'] as const
type Scope = TokenPost['scopes'][number]

/** Tokens of programs: made with a role, scopes and a life, revoked by a button. */
export function TokensSection() {
  const { data, error } = useQuery(tokensQuery)
  const write = useAccessWrite()
  const [secret, setSecret] = useState<string | null>(null)
  const create = (body: TokenPost) =>
    write.mutate(
      { path: 'tokens', body },
      { onSuccess: answer => setSecret(newTokenDto.parse(answer).token) },
    )
  const revoke = (id: string) => write.mutate({ path: `tokens/${encodeURIComponent(id)}`, method: 'DELETE' })
  return (
    <>
      <TokenForm onCreate={create} />
      <Refusal error={write.error} />
      {secret && (
        <ShownOnce
          label="Token"
          text={secret}
          words="Send it as Authorization: Bearer TOKEN. It is shown only now."
        />
      )}
      {error && <Failure title="Tokens could not be read" {...wordsOf(error)} />}
      {!data && !error && <Skeleton />}
      {data?.tokens.length === 0 && <Empty title="No token was made yet" />}
      {data && data.tokens.length > 0 && (
        <ScrollRegion label="Tokens">
          <table className="table">
            <TableHead columns={COLUMNS} />
            <tbody>
              {data.tokens.map(one => (
                <tr key={one.id}>
                  <th scope="row">{one.name}</th>
                  <td>
                    {one.clusterId === null
                      ? `${one.role}: ${one.scopes.join(', ')}`
                      : `probe agent of ${one.clusterId}`}
                  </td>
                  <td>{one.createdBy || 'unknown'}</td>
                  <td>
                    <When at={one.expiresAt} />
                  </td>
                  <td>
                    {one.revokedAt === null ? (
                      <SureButton label="Revoke" about={one.name} onSure={() => revoke(one.id)} />
                    ) : (
                      'revoked'
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </>
  )
}

function TokenForm({ onCreate }: { onCreate(body: TokenPost): void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<PersonDto['role']>('viewer')
  const [scopes, setScopes] = useState<readonly Scope[]>(['read'])
  const [life, setLife] = useState<(typeof LIVES)[number]>('90d')
  const isEmpty = name.trim() === '' || scopes.length === 0
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isEmpty) onCreate({ name, role, scopes: [...scopes], expires: life === 'never' ? null : life })
  }
  const turn = (scope: Scope) =>
    setScopes(scopes.includes(scope) ? scopes.filter(one => one !== scope) : [...scopes, scope])
  return (
    <form className="settings-form" aria-label="Make a token" onSubmit={send}>
      <Field label="Name of the program" value={name} onChange={setName} />
      <Choice label="Role" value={role} of={roles.options} onChange={setRole} />
      <Choice label="Life" value={life} of={LIVES} onChange={setLife} />
      <fieldset>
        <legend>Scopes</legend>
        {apiScope.options.map(scope => (
          <label key={scope}>
            <input type="checkbox" checked={scopes.includes(scope)} onChange={() => turn(scope)} /> {scope}
          </label>
        ))}
      </fieldset>
      <button type="submit" className="btn primary" aria-disabled={isEmpty}>
        Make token
      </button>
    </form>
  )
}
