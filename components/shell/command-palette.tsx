'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { useMemo, useState } from 'react'
import { clusterOfPath } from '@/lib/client/cluster-path'
import { setPreferences, useZone } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { byWorst } from '@/lib/client/severity'
import { useSimulation } from '@/lib/client/writes'
import type { FleetClusterDto } from '@/lib/wire/fleet'
import { useRemoval } from '../action/use-removal'
import { Scrim } from '../ui/scrim'
import { StateLabel } from '../ui/state-marks'
import { DESTINATIONS } from './destinations'
import { PaletteFreeze } from './palette-freeze'
import { PaletteIncident } from './palette-incident'
import { PaletteRemoval } from './palette-removal'
import { closePalette, openPalette, type PaletteStep, usePaletteStep } from './palette-state'
import { toggleTheme } from './use-theme'

const SHOWN_CLUSTERS = 12

export function CommandButton() {
  return (
    <button type="button" className="cmdk-button" onClick={() => openPalette()}>
      <Search size={14} aria-hidden="true" />
      <span>Search or act</span>
      <kbd className="kbd">⌘K</kbd>
    </button>
  )
}

/** Search or act: pages, clusters by name, and everything that has a button. Some acts ask what is meant first. */
export function CommandPalette() {
  const step = usePaletteStep()
  return (
    <Dialog.Root open={step !== null} onOpenChange={open => !open && closePalette()}>
      <Dialog.Portal>
        <Scrim />
        <Dialog.Content className="palette" aria-describedby={undefined}>
          <Dialog.Title className="sr">Search or act</Dialog.Title>
          {step && <Palette step={step} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Palette({ step }: { step: PaletteStep }) {
  const router = useRouter()
  const here = clusterOfPath(usePathname())
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
    closePalette()
    run()
  }
  const ask = (next: PaletteStep) => {
    setQuery('')
    openPalette(next)
  }
  const suspect = room?.suspects.suspects.find(s => removal.canRemove(s))
  const acts = [
    ...(suspect
      ? [{ word: `Remove service ${suspect.name}…`, keys: 'X', run: () => removal.begin(suspect) }]
      : []),
    ...(removal.locked === null
      ? [{ word: 'Remove workload…', keys: 'R', run: () => ask({ ask: 'removal', clusterId: here }) }]
      : []),
    {
      word: room?.frozen ? 'Thaw actions…' : 'Freeze all actions…',
      keys: 'F',
      run: () => ask({ ask: 'freeze' }),
    },
    {
      word: room?.incident?.declaredBy ? 'End or grade the incident…' : 'Declare an incident…',
      keys: 'I',
      run: () => ask({ ask: 'incident' }),
    },
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
  if (step.ask === 'freeze') return <PaletteFreeze />
  if (step.ask === 'incident') return <PaletteIncident onDone={closePalette} />
  if (step.ask === 'removal')
    return (
      <Command
        shouldFilter={false}
        label="Remove workload"
        loop
        onKeyDown={event => {
          if (event.key === 'Backspace' && query === '') ask({ ask: 'all' })
        }}
      >
        <Command.Input
          placeholder={step.clusterId === undefined ? 'Cluster' : 'Workload, namespace, kind or image'}
          value={query}
          onValueChange={setQuery}
        />
        <Command.List>
          {step.clusterId === undefined ? (
            <>
              <Command.Empty>No cluster is called “{query}”.</Command.Empty>
              <ClusterItems
                heading="Remove a workload of which cluster?"
                clusters={clusters}
                onChoose={clusterId => ask({ ask: 'removal', clusterId })}
              />
            </>
          ) : (
            <PaletteRemoval clusterId={step.clusterId} query={query} />
          )}
        </Command.List>
      </Command>
    )
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
        <ClusterItems
          heading={wanted ? 'Clusters' : 'Clusters, worst first'}
          clusters={clusters}
          onChoose={id => act(() => router.push(`/clusters/${encodeURIComponent(id)}`))()}
        />
      </Command.List>
    </Command>
  )
}

function ClusterItems({
  heading,
  clusters,
  onChoose,
}: {
  heading: string
  clusters: readonly FleetClusterDto[]
  onChoose: (id: string) => void
}) {
  if (clusters.length === 0) return null
  return (
    <Command.Group heading={heading}>
      {clusters.map(c => (
        <Command.Item key={c.id} value={`cluster ${c.id}`} onSelect={() => onChoose(c.id)}>
          <span className="mono clip">{c.name}</span>
          <span className="mute">{c.region}</span>
          <span className="end">
            <StateLabel state={c.controlPlane.state} />
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}
