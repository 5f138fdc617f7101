'use client'

import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { warRoomQuery } from '@/lib/client/queries'
import { KIND_WORDS } from './action-words'
import {
  PLAN_FIELDS,
  type PlanField,
  type PlannableKind,
  planProblem,
  planRequest,
  type Typed,
} from './plan-fields'
import { useRemoval } from './use-removal'
import './plan-form.css'

const KINDS = Object.keys(PLAN_FIELDS) as PlannableKind[]

/** Plans an action that starts at no workload: on nodes, owners, machines, routes, or by an actuator. */
export function PlanForm() {
  const removal = useRemoval()
  const { data: room } = useQuery(warRoomQuery)
  const [kind, setKind] = useState<PlannableKind>('freeze-roll-outs')
  const [typed, setTyped] = useState<Typed>({})
  const [asked, setAsked] = useState(false)
  const kindId = useId()
  const problem = planProblem(kind, typed)
  const fields: readonly PlanField[] = PLAN_FIELDS[kind]
  const idOf = (name: string) => room?.fleet.clusters.find(one => one.name === name)?.id ?? name
  if (removal.locked !== null) return null
  return (
    <details className="plan-form">
      <summary>Plan another action</summary>
      <form
        onSubmit={event => {
          event.preventDefault()
          setAsked(true)
          if (!problem) removal.plan(planRequest(kind, typed, idOf))
        }}
      >
        <div>
          <label htmlFor={kindId}>Action</label>
          <select
            id={kindId}
            className="field"
            value={kind}
            onChange={event => {
              const chosen = KINDS.find(one => one === event.target.value)
              if (chosen) setKind(chosen)
              setAsked(false)
            }}
          >
            {KINDS.map(one => (
              <option key={one} value={one}>
                {KIND_WORDS[one].title}
              </option>
            ))}
          </select>
        </div>
        {fields.map(field => (
          <Field
            key={`${kind} ${field.key}`}
            field={field}
            value={typed[field.key] ?? ''}
            onChange={value => setTyped(before => ({ ...before, [field.key]: value }))}
          />
        ))}
        <button type="submit" className="btn">
          Plan
        </button>
        <p role="status">{asked && problem ? `${problem}.` : 'A plan changes nothing.'}</p>
      </form>
    </details>
  )
}

function Field({
  field,
  value,
  onChange,
}: {
  field: PlanField
  value: string
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id}>{field.word}</label>
      {field.options ? (
        <select id={id} className="field" value={value} onChange={event => onChange(event.target.value)}>
          <option value="">Choose</option>
          {field.options.map(option => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="field mono"
          value={value}
          placeholder={field.example}
          inputMode={field.numeric ? 'numeric' : undefined}
          maxLength={field.numeric ? 5 : 2_000}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </div>
  )
}
