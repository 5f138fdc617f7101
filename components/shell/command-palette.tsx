'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { useMemo, useState } from 'react'
import { setPreferences, useZone } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { byWorst } from '@/lib/client/severity'
import { useSimulation } from '@/lib/client/writes'
import { useRemoval } from '../action/use-removal'
import { Scrim } from '../ui/scrim'
import { StateLabel } from '../ui/state-marks'
import { DESTINATIONS } from './destinations'
import { openPalette, setPaletteOpen, usePaletteOpen } from './palette-state'
import { toggleTheme } from './use-theme'

const SHOWN_CLUSTERS = 12

export function CommandButton() {
  return (
    <button type="button" className="cmdk-button" onClick={openPalette}>
      <Search size={14} aria-hidden="true" />
      <span>Search or act</span>
      <kbd className="kbd">⌘K</kbd>
    </button>
  )
}

/** Search or act: pages, clusters by name, and everything that has a button. */
export function CommandPalette() {
  const open = usePaletteOpen()
  return (
    <Dialog.Root open={open} onOpenChange={setPaletteOpen}>
      <Dialog.Portal>
        <Scrim />
        <Dialog.Content className="palette" aria-describedby={undefined}>
          <Dialog.Title className="sr">Search or act</Dialog.Title>
          <Palette onDone={() => setPaletteOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Palette({ onDone }: { onDone: () => void }) {
  const router = useRouter()
  const zone = useZone()
  const { data: room } = useQuery(warRoomQuery)
  const simulate = useSimulation()
  const removal = useRemoval()
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLowerCase()
  const clusters = useMemo(() => {
    const all = room?.fleet.clusters ?? []
    const fits = wanted ? all.filter(c => `${c.name} ${c.region}`.toLowerCase().includes(wanted)) : all
    return [...fits].sort(byWorst).slice(0, SHOWN_CLUSTERS)
  }, [room, wanted])
  const act = (run: () => void) => () => {
    onDone()
    run()
  }
  const suspect = room?.suspects.suspects.find(s => removal.canRemove(s))
  const acts = [
    ...(suspect
      ? [{ word: `Remove service ${suspect.name}…`, keys: 'X', run: () => removal.begin(suspect) }]
      : []),
    ...(room?.simulation
      ? [
          {
            word: room.simulation.paused ? 'Play the simulated run' : 'Pause the simulated run',
            keys: 'Space',
            run: () => simulate.mutate({ paused: !room.simulation?.paused }),
          },
        ]
      : []),
    { word: 'Light or dark theme', keys: '', run: toggleTheme },
    {
      word: zone === 'utc' ? 'Show local time' : 'Show UTC',
      keys: 'U',
      run: () => setPreferences({ zone: zone === 'utc' ? 'local' : 'utc' }),
    },
  ].filter(a => a.word.toLowerCase().includes(wanted))
  const pages = DESTINATIONS.filter(d => d.title.toLowerCase().includes(wanted))
  return (
    <Command shouldFilter={false} label="Search or act" loop>
      <Command.Input placeholder="Cluster, page or action" value={query} onValueChange={setQuery} />
      <Command.List>
        <Command.Empty>Nothing is called “{query}”.</Command.Empty>
        {acts.length > 0 && (
          <Command.Group heading="Act">
            {acts.map(a => (
              <Command.Item key={a.word} value={`act ${a.word}`} onSelect={act(a.run)}>
                {a.word}
                {a.keys && <kbd className="kbd end">{a.keys}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {pages.length > 0 && (
          <Command.Group heading="Go to">
            {pages.map(d => (
              <Command.Item key={d.href} value={`page ${d.href}`} onSelect={act(() => router.push(d.href))}>
                <d.icon size={14} aria-hidden="true" />
                {d.title}
                <kbd className="kbd end">G {d.key.toUpperCase()}</kbd>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {clusters.length > 0 && (
          <Command.Group heading={wanted ? 'Clusters' : 'Clusters, worst first'}>
            {clusters.map(c => (
              <Command.Item
                key={c.id}
                value={`cluster ${c.id}`}
                onSelect={act(() => router.push(`/clusters/${encodeURIComponent(c.id)}`))}
              >
                <span className="mono clip">{c.name}</span>
                <span className="mute">{c.region}</span>
                <span className="end">
                  <StateLabel state={c.controlPlane.state} />
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  )
}
