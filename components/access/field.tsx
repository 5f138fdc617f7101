'use client'

import { type HTMLInputAutoCompleteAttribute, useEffect, useId, useRef } from 'react'

interface FieldProps {
  label: string
  value: string
  onChange(value: string): void
  type?: 'text' | 'password'
  autoComplete?: HTMLInputAutoCompleteAttribute
  inputMode?: 'numeric' | 'text'
  isMono?: boolean
  /** Takes the focus when it appears. */
  isFocused?: boolean
}

/** A labelled line of text. */
export function Field(props: FieldProps) {
  const { label, value, onChange, type = 'text', autoComplete = 'off', inputMode, isMono, isFocused } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isFocused) input.current?.focus()
  }, [isFocused])
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={input}
        className={isMono ? 'field mono' : 'field'}
        type={type}
        autoComplete={autoComplete}
        inputMode={inputMode}
        spellCheck={false}
        autoCapitalize="none"
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </div>
  )
}

/** A labelled choice. */
export function Choice<T extends string>({
  label,
  value,
  of,
  onChange,
  isBare = false,
}: {
  label: string
  value: T
  of: readonly T[]
  onChange(value: NoInfer<T>): void
  /** In tables the heading is the label that is seen. */
  isBare?: boolean
}) {
  const id = useId()
  const select = (
    <select
      id={id}
      className="field"
      value={value}
      aria-label={isBare ? label : undefined}
      onChange={event => {
        const chosen = of.find(one => one === event.target.value)
        if (chosen) onChange(chosen)
      }}
    >
      {of.map(one => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  )
  if (isBare) return select
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      {select}
    </div>
  )
}
