'use client'

import { Popover } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { wordsOf } from '@/lib/client/problem-error'
import { useAddNote } from '@/lib/client/writes'

const MAX = 2_000

/** A person's note in the timeline. The text stays in the field until the server has it. */
export function AddNote() {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const add = useAddNote()
  const send = (event: FormEvent) => {
    event.preventDefault()
    const note = text.trim()
    if (!note || add.isPending) return
    add.mutate(note, {
      onSuccess: () => {
        setText('')
        setOpen(false)
      },
    })
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" id="add-note" className="plain">
          Add note <kbd className="kbd">N</kbd>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu note" align="end" side="top" sideOffset={6} collisionPadding={8}>
          <form onSubmit={send}>
            <label htmlFor="note-text">Note, seen by everybody here and kept in the timeline</label>
            <textarea
              id="note-text"
              className="field"
              rows={3}
              maxLength={MAX}
              value={text}
              onChange={event => setText(event.target.value)}
              onKeyDown={event => {
                if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) send(event)
              }}
            />
            {add.isError && (
              <p className="c-block" role="alert">
                {wordsOf(add.error).text}
              </p>
            )}
            <button type="submit" className="btn primary" aria-disabled={text.trim() === '' || add.isPending}>
              {add.isPending ? 'Adding' : 'Add note'}
            </button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
