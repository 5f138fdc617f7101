import { count } from '@/lib/client/format-number'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { ScrollRegion } from '../ui/scroll-region'

/** Priority levels by how full they are. Full is hatched as well as red. */
export function SeatLevels({ levels }: { levels: ClusterDetailDto['priorityLevels'] }) {
  const figure = (n: number | null) => (n === null ? 'n/a' : n === 0 ? '·' : count(n))
  return (
    <figure>
      <figcaption>
        <b>Seats by priority level</b>
        <span className="mute">in use of limit, whole cluster</span>
      </figcaption>
      {levels.length === 0 ? (
        <p className="quiet">No priority level is told: metrics were not read yet, or fairness is off.</p>
      ) : (
        <ScrollRegion label="Priority levels">
          <ul className="levels">
            <li className="head" aria-hidden="true">
              <span />
              <span />
              <span>seats</span>
              <span>queued</span>
            </li>
            {levels.slice(0, 12).map(level => {
              const used = level.executing ?? 0
              const isFull = level.limit !== null && level.limit > 0 && used >= level.limit
              const share = level.limit ? Math.min(1, used / level.limit) : used > 0 ? 0.08 : 0
              return (
                <li key={level.name} className={isFull ? 'full' : ''}>
                  <span className="clip" title={level.name}>
                    {level.name}
                  </span>
                  <span className="m">
                    <i style={{ width: `${share * 100}%` }} />
                  </span>
                  <span>
                    {level.executing === null ? 'n/a' : count(level.executing)} /{' '}
                    {level.limit === null ? '∞' : count(level.limit)}
                    {isFull && <span className="sr"> full</span>}
                  </span>
                  <span>
                    {figure(level.queued)}
                    <span className="sr"> queued</span>
                  </span>
                </li>
              )
            })}
          </ul>
        </ScrollRegion>
      )}
    </figure>
  )
}
