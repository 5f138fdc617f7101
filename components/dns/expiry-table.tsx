import { percent } from '@/lib/client/format-number'
import { clockTime, span } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { Expiry } from './read-expiry'

/** The same facts as the chart for those who hear the page: the band every five minutes, and the next ten to go dry. */
export function ExpiryTable({ expiry }: { expiry: Expiry }) {
  const zone = useZone()
  const rows = Array.from({ length: 7 }, (_, i) => i * 300).flatMap(t => {
    const point = expiry.points.find(p => p.t >= t)
    return point ? [{ t, point }] : []
  })
  const next = expiry.dry
    .filter(d => d.t >= 0)
    .sort((a, b) => a.t - b.t)
    .slice(0, 10)
  return (
    <div className="sr">
      <table>
        <caption>Share of names still resolvable on the burning clusters</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">p10</th>
            <th scope="col">p50</th>
            <th scope="col">p90</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ t, point }) => (
            <tr key={t}>
              <th scope="row">{clockTime(expiry.nowMs + t * 1_000, zone, false)}</th>
              <td>{percent(point.band[0])}</td>
              <td>{percent(point.ahead ?? point.past ?? 0)}</td>
              <td>{percent(point.band[1])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul>
        {next.map(d => (
          <li key={d.clusterId}>
            {d.name} goes dry in {span(d.t * 1_000)}
          </li>
        ))}
      </ul>
    </div>
  )
}
