'use client'

import { useId, useState } from 'react'
import type { ActionPostInput } from '@/lib/wire/action-request'
import type { ActionDto } from '@/lib/wire/actions'
import { amountOf, leversOf, withAmount } from './levers'
import { useRemoval } from './use-removal'

/**
 * Which lever is pulled for the same trouble. Another choice is another plan, with its own targets, guards and digest;
 * nothing is sent by choosing.
 */
export function SheetLever({ action, reason }: { action: ActionDto; reason: string }) {
  const { plan } = useRemoval()
  const levers = leversOf(action)
  const amount = amountOf(action.request)
  if (levers.length < 2 && !amount) return null
  const again = (request: ActionPostInput) => plan({ ...request, reason })
  return (
    <div className="sheet-lever">
      <fieldset className="seg">
        <legend className="sr">Lever</legend>
        {levers.map(({ request, word, meaning }) => (
          <button
            key={request.kind}
            type="button"
            title={meaning}
            aria-pressed={request.kind === action.kind}
            onClick={() => request.kind === action.kind || again(request)}
          >
            {word}
          </button>
        ))}
      </fieldset>
      {amount && (
        <Amount key={amount.value} {...amount} onPlan={value => again(withAmount(action.request, value))} />
      )}
    </div>
  )
}

/** How much of it; the plan is made anew with the number. */
function Amount({
  word,
  value,
  least,
  most,
  step = 1,
  onPlan,
}: {
  word: string
  value: number
  least: number
  most: number
  step?: number | undefined
  onPlan: (value: number) => void
}) {
  const [text, setText] = useState(String(value))
  const id = useId()
  const wanted = Number(text)
  const isSound = /^\d+$/.test(text) && wanted >= least && wanted <= most && (wanted - least) % step === 0
  return (
    <form
      className="sheet-amount"
      onSubmit={event => {
        event.preventDefault()
        if (isSound && wanted !== value) onPlan(wanted)
      }}
    >
      <label htmlFor={id}>{word}</label>
      <input
        id={id}
        className="field mono"
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        value={text}
        aria-invalid={!isSound}
        onChange={event => setText(event.target.value)}
      />
      <button type="submit" className="btn" disabled={!isSound || wanted === value}>
        Plan with it
      </button>
      {!isSound && (
        <span className="c-warn" role="status">
          {least} to {most}
          {step > 1 && ', odd'}
        </span>
      )}
    </form>
  )
}
