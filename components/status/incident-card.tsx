import { span } from '@/lib/client/format-time'
import type { StatusPageDto } from '@/lib/wire/status'
import { STAGE_WORDS, statusClock, statusDate } from './status-words'

type Incident = StatusPageDto['incidents'][number]

/** An incident that goes on, with its updates, newest first. */
export function IncidentCard({ incident, now }: { incident: Incident; now: string }) {
  return (
    <section className="card" aria-labelledby={`incident-${incident.id}`}>
      <h2>
        Current incident <span>began {statusClock(incident.beganAt)}</span>
      </h2>
      <div className="inc">
        <h3 id={`incident-${incident.id}`}>{incident.name}</h3>
        <p className="on">
          {incident.affects.length > 0 && `Affects ${incident.affects.join(', ')} · `}for{' '}
          {span(Math.max(0, Date.parse(now) - Date.parse(incident.beganAt)))}
        </p>
        <ol className="ups">
          {incident.updates.map(update => (
            <li key={update.id}>
              <div className="st">
                {STAGE_WORDS[update.status]}
                <small>{statusClock(update.at)}</small>
              </div>
              <p>{update.body}</p>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}

/** Incidents that are over, by the day they began. */
export function PastIncidents({ incidents }: { incidents: readonly Incident[] }) {
  const days = new Map<string, Incident[]>()
  for (const incident of [...incidents].sort((a, b) => b.beganAt.localeCompare(a.beganAt))) {
    const day = statusDate(incident.beganAt)
    days.set(day, [...(days.get(day) ?? []), incident])
  }
  return (
    <section className="past">
      <h2>Past incidents</h2>
      {days.size === 0 ? (
        <p className="none">None is recorded.</p>
      ) : (
        [...days].map(([day, of]) => (
          <div className="day" key={day}>
            <h3>{day}</h3>
            {of.map(incident => (
              <p key={incident.id}>
                <b>{incident.name}.</b> {resolution(incident)}
              </p>
            ))}
          </div>
        ))
      )}
    </section>
  )
}

function resolution(incident: Incident): string {
  const took = incident.resolvedAt
    ? `Resolved after ${span(Date.parse(incident.resolvedAt) - Date.parse(incident.beganAt))}.`
    : ''
  const last = incident.updates[0]?.body ?? ''
  return [took, last].filter(Boolean).join(' ')
}
