'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery, warRoomQuery } from '@/lib/client/queries'
import { useIncident } from '@/lib/client/writes'
import type { IncidentPost } from '@/lib/wire/timeline'

const SEVERITIES = [
  ['SEV1', 'Customers feel it, or will within minutes'],
  ['SEV2', 'A control plane is lost'],
  ['SEV3', 'Something is wrong and watched'],
] as const satisfies readonly (readonly [IncidentPost['severity'], string])[]
/** As the server demands. */
const LEAST_TITLE = 8

/** A person knows of an incident before the clusters show it, or sees it lasting after they are calm. */
export function PaletteIncident({ onDone }: { onDone: () => void }) {
  const { data: room } = useQuery(warRoomQuery)
  const { data: session } = useQuery(sessionQuery)
  const { declare, end } = useIncident()
  const incident = room?.incident ?? null
  const declaredBy = incident?.declaredBy ?? null
  const [severity, setSeverity] = useState<IncidentPost['severity']>(incident?.severity ?? 'SEV2')
  const [title, setTitle] = useState(incident?.title ?? '')
  const id = useId()
  const failed = declare.error ?? end.error
  const mayNot = session?.role === 'viewer' ? 'Responders can declare' : null
  const isShort = title.trim().length < LEAST_TITLE
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isShort && mayNot === null) declare.mutate({ severity, title: title.trim() }, { onSuccess: onDone })
  }
  return (
    <form className="palette-incident" onSubmit={submit} aria-label="Incident">
      <h2>{declaredBy ? `${declaredBy} declared an incident` : 'Declare an incident'}</h2>
      <p>
        {declaredBy
          ? 'It stays open until somebody ends it. Graded anew it keeps its beginning.'
          : 'It opens at once for everybody, and stays open until somebody ends it, whatever the clusters show.'}
      </p>
      <label htmlFor={`${id}-title`}>
        What happens <span className="mute">{LEAST_TITLE} characters or more</span>
      </label>
      <input
        id={`${id}-title`}
        className="field"
        maxLength={200}
        autoComplete="off"
        value={title}
        onChange={event => setTitle(event.target.value)}
      />
      <fieldset className="grades">
        <legend className="sr">Severity</legend>
        {SEVERITIES.map(([value, meaning]) => (
          <label key={value}>
            <input
              type="radio"
              name={`${id}-severity`}
              value={value}
              checked={severity === value}
              onChange={() => setSeverity(value)}
            />
            <span className={`sev ${value.toLowerCase()}`}>{value.replace(/(\d)/, ' $1')}</span>
            {meaning}
          </label>
        ))}
      </fieldset>
      {failed && (
        <p className="c-block" role="alert">
          {wordsOf(failed).text} {wordsOf(failed).hint}
        </p>
      )}
      <footer>
        {declaredBy && (
          <button
            type="button"
            className="btn"
            aria-disabled={end.isPending || mayNot !== null}
            onClick={() => mayNot === null && end.mutate(undefined, { onSuccess: onDone })}
          >
            End it
          </button>
        )}
        <button
          type="submit"
          className="btn primary"
          aria-disabled={isShort || declare.isPending || mayNot !== null}
        >
          {mayNot ?? (declaredBy ? 'Grade anew' : 'Declare')}
        </button>
      </footer>
    </form>
  )
}
