'use client'

import { count, plural } from '@/lib/client/format-number'
import type { SuspectDto } from '@/lib/wire/suspects'
import { useRemoval } from './use-removal'

/** The one step that the evidence asks for. The button opens a plan; nothing is sent before it is confirmed. */
export function NextStep({ suspect }: { suspect: SuspectDto }) {
  const removal = useRemoval()
  const { rollout } = suspect
  const can = removal.canRemove(suspect)
  const isPlanning = removal.planning !== null && removal.error === null
  return (
    <div className="ws next" data-testid="next-step">
      <div className="l1">
        <h3>Remove service</h3>
        <span className="end">
          {can ? (
            <button
              type="button"
              className="btn primary"
              aria-disabled={isPlanning}
              onClick={() => !isPlanning && removal.begin(suspect)}
            >
              {isPlanning ? 'Planning' : 'Plan removal…'} <kbd className="kbd">X</kbd>
            </button>
          ) : (
            <span className="mute">{removal.locked ?? `no plan for a ${suspect.kind}`}</span>
          )}
        </span>
      </div>
      <p className="dim">
        <span className="mono">{suspect.name}</span>
        {suspect.version && ` ${suspect.version}`}: ranks first at {suspect.score.toFixed(2)}, on{' '}
        {count(rollout.reached)} of {plural(rollout.total, 'cluster')}. The plan names every target first;
        nothing is sent before you confirm it.
      </p>
    </div>
  )
}
