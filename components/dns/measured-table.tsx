'use client'

import { percent, significant } from '@/lib/client/format-number'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { ForecastDto, MeasuredPointDto } from '@/lib/wire/fuses'
import { ScrollRegion } from '../ui/scroll-region'
import { type Column, TableHead } from '../ui/table-head'

const COLUMNS: readonly Column[] = [
  'At',
  'What',
  ['Asked', 'r'],
  ['Answered', 'r'],
  ['Measured', 'r'],
  '80 % sure',
  'Predicted at T0',
  'Band',
]

const WHAT: Record<MeasuredPointDto['of'], string> = {
  names: 'names in node caches',
  caches: 'lookups that node caches answer',
  'live-path': 'answered by CoreDNS',
}

/** What was measured since T0 beside what had been predicted for it, the newest first. */
export function MeasuredTable({ forecast }: { forecast: ForecastDto }) {
  const zone = useZone()
  const rows = [...forecast.measured].sort((a, b) => b.at.localeCompare(a.at))
  return (
    <ScrollRegion label="Prediction against what happened">
      <table className="table">
        <caption className="sr">Shares measured since T0 and the band predicted then</caption>
        <TableHead columns={COLUMNS} />
        <tbody>
          {rows.map(({ of, at, asked, answered, share, low, high, predicted }) => (
            <tr key={`${of} ${at}`}>
              <th scope="row" className="mono">
                {clockTime(Date.parse(at), zone)}
              </th>
              <td>{WHAT[of]}</td>
              <td className="r">{asked}</td>
              <td className="r">{significant(answered)}</td>
              <td className="r mono">{percent(share)}</td>
              <td className="mono dim">
                {percent(low)} to {percent(high)}
              </td>
              <td className="mono dim">
                {percent(predicted.p10)} to {percent(predicted.p90)}
              </td>
              <td>{low <= predicted.p90 && high >= predicted.p10 ? 'holds' : 'missed'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
