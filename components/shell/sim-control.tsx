'use client'

import { Check, ChevronDown, Pause, Play, RotateCcw } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { wordsOf } from '@/lib/client/problem-error'
import { useSimulation } from '@/lib/client/writes'
import type { SimulationDto } from '@/lib/wire/time'
import { Tip } from '../ui/tip'

const SPEEDS = [1, 5, 10, 20, 60, 120]
/** From this lag on, what is shown is visibly behind what the simulated fleet does. */
const LAG_SAID_MS = 2_000

/** A simulated run always shows its dashed badge; pause, speed and restart are in it. */
export function SimControl({ simulation }: { simulation: SimulationDto }) {
  const change = useSimulation()
  const { paused, speed, lagMs } = simulation
  const lag = lagMs > LAG_SAID_MS ? `, ${Math.round(lagMs / 1_000)} s behind` : ''
  return (
    <div className="sim" data-sim-paused={paused}>
      <span title={`Scenario ${simulation.scenario}, seed ${simulation.seed}`}>
        <span className="long">SIMULATED</span>
        <span className="brief">SIM</span> ×{speed}
        {paused && ' · PAUSED'}
        {lag}
      </span>
      <Tip text={paused ? 'Play · Space' : 'Pause · Space'}>
        <button
          type="button"
          aria-label={paused ? 'Play the simulated run' : 'Pause the simulated run'}
          onClick={() => change.mutate({ paused: !paused })}
        >
          {paused ? <Play size={12} aria-hidden="true" /> : <Pause size={12} aria-hidden="true" />}
        </button>
      </Tip>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button type="button" aria-label="Speed and scenario">
            <ChevronDown size={13} aria-hidden="true" />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
            <p className="label">Speed</p>
            {SPEEDS.map(s => (
              <DropdownMenu.Item key={s} onSelect={() => change.mutate({ speed: s })}>
                ×{s}
                {s === speed && <Check className="end" size={13} aria-label="chosen" />}
              </DropdownMenu.Item>
            ))}
            <hr />
            <p className="label">Start again with scenario</p>
            {simulation.scenarios.map(scenario => (
              <DropdownMenu.Item
                key={scenario}
                onSelect={() => change.mutate({ restart: { scenario, seed: simulation.seed } })}
              >
                <RotateCcw size={13} aria-hidden="true" />
                {scenario}
                {scenario === simulation.scenario && <span className="end">running</span>}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {change.isError && (
        <span className="sim-error c-block" role="alert">
          {wordsOf(change.error).text}
        </span>
      )}
    </div>
  )
}
