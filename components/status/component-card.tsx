import type { StatusPageDto } from '@/lib/wire/status'
import { Glyph } from '../ui/glyph'
import { COMPONENT_WORDS, statusDate } from './status-words'

type Component = StatusPageDto['components'][number]

/** One product: its status now, and ninety days of it where they were watched. */
export function ComponentCard({ component }: { component: Component }) {
  const words = COMPONENT_WORDS[component.status]
  const uptime =
    component.uptime === null ? null : `${(Math.floor(component.uptime * 10_000) / 100).toFixed(2)}\u00a0%`
  const base = component.daysWatched === 1 ? '1 day watched' : `${component.daysWatched} days watched`
  return (
    <article className="comp">
      <div className="l">
        <h3>{component.name}</h3>
        <p>{component.description}</p>
        <span className={`now ${words.tone}`}>
          <Glyph name={words.glyph} size={14} />
          {words.word}
        </span>
      </div>
      <div
        className="bars"
        role="img"
        aria-label={
          uptime
            ? `${component.name}: ${uptime} available, ${base} of the last 90`
            : `${component.name}: no data yet`
        }
      >
        {component.days.map(({ day, status }) => (
          <i
            key={day}
            className={status ?? 'none'}
            title={`${statusDate(`${day}T00:00:00Z`)}: ${status ? COMPONENT_WORDS[status].word : 'no data'}`}
          />
        ))}
      </div>
      <div className="scale">
        <span className="wide">90 days ago</span>
        <b>{uptime ? `${uptime} over ${base}` : 'No data yet'}</b>
        <span>today</span>
      </div>
    </article>
  )
}
