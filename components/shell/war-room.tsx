'use client'

import { useQuery } from '@tanstack/react-query'
import { warRoomQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { isRemovalOf } from '../action/is-removal-of'
import { useRemoval } from '../action/use-removal'
import { WorkstreamsPanel } from '../action/workstreams-panel'
import { ExpiryPanel } from '../dns/expiry-panel'
import { FuseClock } from '../dns/fuse-clock'
import { FleetPanel } from '../fleet/fleet-panel'
import { IncidentFeed } from '../incident/incident-feed'
import { StillRolling } from '../suspects/still-rolling'
import { SuspectsPanel } from '../suspects/suspects-panel'

const TABS = [
  ['suspects', 'Suspects'],
  ['workstreams', 'Workstreams'],
] as const

/** The main view: what fails, how long is left, who did it, what is done about it, what happened. */
export function WarRoom() {
  const [view, setView] = useViewState()
  return (
    <main className="room" data-panel={view.panel}>
      <section className="band" aria-label="Time left and DNS caches">
        <FuseClock />
        <ExpiryPanel />
      </section>
      <Urgent />
      <FleetPanel />
      <div className="panel-tabs" role="tablist" aria-label="Beside the fleet">
        {TABS.map(([panel, word]) => (
          <button
            key={panel}
            type="button"
            role="tab"
            aria-selected={view.panel === panel}
            aria-controls={panel}
            onClick={() => setView({ panel })}
          >
            {word}
          </button>
        ))}
      </div>
      <SuspectsPanel />
      <WorkstreamsPanel />
      <IncidentFeed />
    </main>
  )
}

/** On a phone what still spreads, and the step against it, come right under the fuse. */
function Urgent() {
  const { data: room } = useQuery(warRoomQuery)
  const removal = useRemoval()
  const first = room?.suspects.suspects[0]
  if (!first?.rollout.stillRolling) return null
  return (
    <section className="urgent" aria-label="Next step">
      <StillRolling suspect={first} />
      {removal.canRemove(first) && !room?.actions.some(a => isRemovalOf(a, first)) && (
        <button type="button" className="btn primary" onClick={() => removal.begin(first)}>
          Plan removal of <span className="mono clip">{first.name}</span>
        </button>
      )}
    </section>
  )
}
