'use client'

import { useQueryClient } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import { clusterOfPath } from '@/lib/client/cluster-path'
import { setPreferences, usePreferences } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { useSimulation } from '@/lib/client/writes'
import { useRemoval } from '../action/use-removal'
import { Scrim } from '../ui/scrim'
import { DESTINATIONS } from './destinations'
import { openPalette } from './palette-state'

const PANELS = ['fuse', 'fleet', 'suspects', 'workstreams']
const CHORD_MS = 1_200
/** Event times count from when the page was loaded: with 0, a key pressed at once would end a chord nobody began. */
const NO_CHORD = Number.NEGATIVE_INFINITY

const HELP: readonly (readonly [string, string])[] = [
  ['⌘K or Ctrl K', 'search or act'],
  ['G then W F D R A S L', 'war room, fleet, DNS, readiness, actions, status page, audit log'],
  ['arrows', 'move between tiles'],
  ['[ and ]', 'previous, next worst cluster'],
  ['Enter', 'open; held in a sheet: confirm'],
  ['T', 'fleet as a table'],
  ['X', 'remove the first suspect (opens the sheet)'],
  ['R', 'remove a workload of this cluster, or of one to choose'],
  ['F', 'freeze all actions, or thaw them; the button is held'],
  ['I', 'declare an incident, grade it anew, or end it'],
  ['N', 'add a note'],
  ['Space', 'pause or play a simulated run'],
  ['U', 'local time or UTC'],
  ['1 to 4', 'jump to fuse, fleet, suspects, workstreams'],
  ['Esc', 'close, never confirms'],
]

/** Single keys of the signed-in views. None fires while somebody types, and all can be turned off. */
export function Keyboard() {
  const router = useRouter()
  const client = useQueryClient()
  const { singleKeys, zone } = usePreferences()
  const [view, setView] = useViewState()
  const simulate = useSimulation()
  const removal = useRemoval()
  const pathname = usePathname()
  const [help, setHelp] = useState(false)
  const chordAt = useRef(NO_CHORD)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (!singleKeys || event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
      if (isTaken(event)) return
      const key = event.key.toLowerCase()
      const room = client.getQueryData(warRoomQuery.queryKey)
      if (event.timeStamp - chordAt.current < CHORD_MS) {
        chordAt.current = NO_CHORD
        const to = DESTINATIONS.find(d => d.key === key)
        if (to) router.push(to.href)
        return
      }
      if (key === 'g') chordAt.current = event.timeStamp
      else if (key === '?') setHelp(true)
      else if (key === 'u') setPreferences({ zone: zone === 'utc' ? 'local' : 'utc' })
      else if (key === 't') setView({ view: view.view === 'table' ? 'map' : 'table' })
      else if (key === 'f') openPalette({ ask: 'freeze' })
      else if (key === 'i') openPalette({ ask: 'incident' })
      else if (key === 'n') focusNote(event)
      else if (key === ' ' && room?.simulation) {
        event.preventDefault()
        simulate.mutate({ paused: !room.simulation.paused })
      } else if (key === 'x') {
        const suspect = room?.suspects.suspects.find(s => removal.canRemove(s))
        if (suspect) removal.begin(suspect)
      } else if (key === 'r') {
        if (removal.locked !== null) return
        // Else the letter is typed into the field that opens.
        event.preventDefault()
        openPalette({ ask: 'removal', clusterId: clusterOfPath(pathname) })
      } else if (/^[1-4]$/.test(key)) document.getElementById(PANELS[Number(key) - 1] ?? '')?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [client, pathname, removal, router, setView, simulate, singleKeys, view.view, zone])

  return (
    <Dialog.Root open={help} onOpenChange={setHelp}>
      <Dialog.Portal>
        <Scrim />
        <Dialog.Content className="palette help" aria-describedby={undefined}>
          <Dialog.Title>Keyboard</Dialog.Title>
          <dl>
            {HELP.map(([keys, does]) => (
              <div key={keys}>
                <dt>
                  <kbd className="kbd">{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Keys belong to the field, the button or the dialog that has the focus. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  if (!target) return false
  if (target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]'))
    return true
  return event.key === ' ' && target.closest('button, a, [role="button"], [role="tab"]') !== null
}

function focusNote(event: KeyboardEvent): void {
  const note = document.getElementById('add-note')
  if (!note) return
  event.preventDefault()
  note.click()
}
