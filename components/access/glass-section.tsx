'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { breakGlassQuery, useAccessWrite } from '@/lib/client/access-queries'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { type BreakGlassDto, breakGlassCodesDto } from '@/lib/wire/access'
import { Empty, Failure, Skeleton } from '../ui/panel'
import { Field } from './field'
import { Refusal, ShownOnce, SureButton, When } from './settings-parts'

/** Sealed codes: how many are left, who used one, and the review by another person. */
export function GlassSection() {
  const { data, error } = useQuery(breakGlassQuery)
  const { data: session } = useQuery(sessionQuery)
  const write = useAccessWrite()
  const [codes, setCodes] = useState<string[] | null>(null)
  if (!data) return error ? <Failure title="The codes could not be read" {...wordsOf(error)} /> : <Skeleton />
  const print = () =>
    write.mutate(
      { path: 'break-glass', body: {} },
      { onSuccess: answer => setCodes(breakGlassCodesDto.parse(answer).codes) },
    )
  return (
    <>
      <p>
        {data.unused === 0 ? (
          'There are no codes: if the identity provider is down and nobody has a password, nobody gets in.'
        ) : (
          <>
            {data.unused} codes are left, printed <When at={data.printedAt} />.
          </>
        )}
      </p>
      {session?.role === 'administrator' && (
        <p>
          <SureButton label="Make new codes" about="and end the old ones" onSure={print} />
        </p>
      )}
      <Refusal error={write.error} />
      {codes && (
        <ShownOnce
          label="Break-glass codes"
          text={codes.join('\n')}
          words="Print these, seal them, and keep them where the on-call engineer finds them. They are shown only now."
        />
      )}
      {data.uses.length === 0 && <Empty title="No code was used yet" />}
      <ul className="uses">
        {data.uses.map(use => (
          <Use
            key={use.id}
            use={use}
            onReview={note =>
              write.mutate({ path: `break-glass/${encodeURIComponent(use.id)}/review`, body: { note } })
            }
          />
        ))}
      </ul>
    </>
  )
}

function Use({ use, onReview }: { use: BreakGlassDto['uses'][number]; onReview(note: string): void }) {
  const [note, setNote] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (note.trim() !== '') onReview(note)
  }
  return (
    <li>
      <p>
        <b>{use.usedBy}</b> from {use.address || 'an unknown address'}, <When at={use.usedAt} />: {use.reason}
      </p>
      {use.reviewedAt === null ? (
        <form className="settings-form" aria-label={`Review the use by ${use.usedBy}`} onSubmit={send}>
          <Field label="What you found" value={note} onChange={setNote} />
          <button type="submit" className="btn" aria-disabled={note.trim() === ''}>
            Mark reviewed
          </button>
        </form>
      ) : (
        <p className="dim">
          Reviewed by {use.reviewedBy}, <When at={use.reviewedAt} />: {use.reviewNote}
        </p>
      )}
    </li>
  )
}
