import type { StatusPageDto } from '@/lib/wire/status'
import { Logo } from '../shell/logo'
import { Glyph } from '../ui/glyph'
import { ComponentCard } from './component-card'
import { IncidentCard, PastIncidents } from './incident-card'
import { statusClock } from './status-words'

/** The public page. Rendered on the server, works without scripts, tells nothing of clusters, people or inner causes. */
export function StatusPage({ page }: { page: StatusPageDto }) {
  const current = page.incidents.filter(i => i.resolvedAt === null)
  const past = page.incidents.filter(i => i.resolvedAt !== null)
  const tone = !page.known ? 'unknown' : page.indicator
  return (
    <div className="status-page" data-theme="light">
      {page.simulated && <p className="simbar">Simulated: a replay, not a live status.</p>}
      <div className="wrap">
        <header className="mast">
          <Logo size={24} />
          <b>{page.title}</b>
          <span className="asof">
            as of <time dateTime={page.at}>{statusClock(page.at)}</time>
          </span>
        </header>
        <main>
          <section className={`overall ${tone}`}>
            <Glyph
              name={
                tone === 'none'
                  ? 'pass'
                  : tone === 'unknown'
                    ? 'unknown'
                    : tone === 'minor'
                      ? 'warn'
                      : 'block'
              }
              size={32}
            />
            <h1>{page.headline}</h1>
            <p>{page.summary}</p>
          </section>
          {current.map(incident => (
            <IncidentCard key={incident.id} incident={incident} now={page.at} />
          ))}
          {page.components.length > 0 && (
            <section className="card" aria-label="Components">
              {page.components.map(component => (
                <ComponentCard key={component.id} component={component} />
              ))}
              <Key />
            </section>
          )}
          <PastIncidents incidents={past} />
        </main>
        <footer className="end">
          <a href="/api/v2/summary.json">JSON</a>
          <span>All times UTC</span>
          <span className="name">Holdfast</span>
        </footer>
      </div>
    </div>
  )
}

function Key() {
  return (
    <ul className="keys" aria-label="Key">
      {(
        [
          ['operational', 'Operational'],
          ['degraded_performance', 'Degraded'],
          ['major_outage', 'Outage'],
          ['none', 'No data'],
        ] as const
      ).map(([status, word]) => (
        <li key={status}>
          <span className="bars">
            <i className={status} />
          </span>
          {word}
        </li>
      ))}
    </ul>
  )
}
