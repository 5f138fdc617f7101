'use client'

import { useId } from 'react'

/** A few sentences that go into the audit log, with what is asked of them beside the label. */
export function ReasonField({
  label,
  hint,
  value,
  onChange,
}: {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <div>
      <p>
        <label htmlFor={id}>{label}</label> <span>{hint}</span>
      </p>
      <textarea
        id={id}
        className="field"
        rows={2}
        maxLength={2_000}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </div>
  )
}
