'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { peopleQuery, useAccessWrite } from '@/lib/client/access-queries'
import { wordsOf } from '@/lib/client/problem-error'
import { type InvitationDto, invitationDto, type PersonDto, role as roles } from '@/lib/wire/access'
import { Empty, Failure, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { TableHead } from '../ui/table-head'
import { Choice, Field } from './field'
import { Refusal, ShownOnce, SureButton, When } from './settings-parts'

type Role = PersonDto['role']
const COLUMNS = ['Name', 'Signs in as', 'Role', 'With', 'Since', 'Change'] as const

/** Invite people, give them roles, disable them. */
export function PeopleSection() {
  const { data, error } = useQuery(peopleQuery)
  const write = useAccessWrite()
  const [invitation, setInvitation] = useState<InvitationDto | null>(null)
  const invite = (path: string, body: unknown, done = () => {}) =>
    write.mutate(
      { path, body },
      {
        onSuccess: answer => {
          setInvitation(invitationDto.parse(answer))
          done()
        },
      },
    )
  const change = (id: string, body: unknown) =>
    write.mutate({ path: `people/${encodeURIComponent(id)}`, body })
  return (
    <>
      <InviteForm onInvite={(body, done) => invite('people', body, done)} />
      <Refusal error={write.error} />
      {invitation && (
        <ShownOnce
          label="Invitation link"
          text={`${window.location.origin}${invitation.path}`}
          words="Send this link to the person. It works once, for three days, and is shown only now."
        />
      )}
      {error && <Failure title="People could not be read" {...wordsOf(error)} />}
      {!data && !error && <Skeleton />}
      {data?.people.length === 0 && <Empty title="Nobody was invited yet" />}
      {data && data.people.length > 0 && (
        <ScrollRegion label="People">
          <table className="table">
            <TableHead columns={COLUMNS} />
            <tbody>
              {data.people.map(person => (
                <PersonRow
                  key={person.id}
                  person={person}
                  onChange={body => change(person.id, body)}
                  onInvite={() => invite(`people/${encodeURIComponent(person.id)}/invitation`, {})}
                />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </>
  )
}

function InviteForm({ onInvite }: { onInvite(body: unknown, done: () => void): void }) {
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [role, setRole] = useState<Role>('responder')
  const isEmpty = name.trim() === '' || login.trim() === ''
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (isEmpty) return
    onInvite({ name, login, role }, () => {
      setName('')
      setLogin('')
    })
  }
  return (
    <form className="settings-form" aria-label="Invite somebody" onSubmit={send}>
      <Field label="Name" value={name} onChange={setName} />
      <Field label="Signs in as (short name or e-mail)" value={login} onChange={setLogin} />
      <Choice label="Role" value={role} of={roles.options} onChange={setRole} />
      <button type="submit" className="btn primary" aria-disabled={isEmpty}>
        Invite
      </button>
    </form>
  )
}

interface RowProps {
  person: PersonDto
  onChange(body: unknown): void
  onInvite(): void
}

function PersonRow({ person, onChange, onInvite }: RowProps) {
  const { name, login, role, disabledAt, isFederated, createdAt } = person
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="mono">{login}</td>
      <td>
        {isFederated ? (
          role
        ) : (
          <Choice
            isBare
            label={`Role of ${name}`}
            value={role}
            of={roles.options}
            onChange={next => onChange({ role: next })}
          />
        )}
      </td>
      <td>{waysOf(person)}</td>
      <td>
        <When at={createdAt} />
      </td>
      <td>
        {disabledAt === null ? (
          <>
            <SureButton label="New link" about={`for ${name}`} onSure={onInvite} />{' '}
            <SureButton label="Disable" about={name} onSure={() => onChange({ disabled: true })} />
          </>
        ) : (
          <SureButton label="Enable" about={name} onSure={() => onChange({ disabled: false })} />
        )}
      </td>
    </tr>
  )
}

function waysOf({ disabledAt, canSignIn, hasPassword, hasTotp, passkeys, isFederated }: PersonDto): string {
  if (disabledAt !== null) return 'disabled'
  if (!canSignIn) return 'invited, not yet here'
  const ways = [
    hasPassword && (hasTotp ? 'password and code' : 'password'),
    passkeys > 0 && (passkeys === 1 ? 'passkey' : `${passkeys} passkeys`),
    isFederated && 'single sign-on',
  ]
  return ways.filter(Boolean).join(', ')
}
