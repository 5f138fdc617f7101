'use client'

import Link from 'next/link'
import { memo, useState } from 'react'
import { count } from '@/lib/client/format-number'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { ActionDto, ShotDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { Panel } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { StateLabel } from '../ui/state-marks'
import { SHOT_WORDS, STEP_WORDS } from './action-words'
import { EffectCell } from './effect-cell'
import { fitsFilter, groupShots, type ShotFilter, type ShotRow, tellingOf } from './group-shots'

const FILTERS: readonly (readonly [ShotFilter, string])[] = [
  ['all', 'All'],
  ['open', 'Open'],
  ['landed', 'Landed'],
  ['trouble', 'Trouble'],
]

/** Every cluster with the state of every step: landed, done and verified are told apart. */
export function ShotTable({ action }: { action: ActionDto }) {
  const [filter, setFilter] = useState<ShotFilter>('all')
  const rows = groupShots(action)
  const shown = rows.filter(row => fitsFilter(row, filter))
  const steps = [...new Set(action.shots.map(s => s.stepKind))].sort(
    (a, b) => Object.keys(STEP_WORDS).indexOf(a) - Object.keys(STEP_WORDS).indexOf(b),
  )
  return (
    <Panel
      id="shots"
      className="shots"
      title="Clusters"
      meta={`${count(shown.length)} of ${count(rows.length)} shown`}
      right={
        <fieldset className="seg">
          <legend className="sr">Show</legend>
          {FILTERS.map(([id, word]) => (
            <button key={id} type="button" aria-pressed={filter === id} onClick={() => setFilter(id)}>
              {word}
            </button>
          ))}
        </fieldset>
      }
    >
      <ScrollRegion label="Clusters of this action">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Cluster</th>
              <th scope="col">When planned</th>
              {steps.map(step => (
                <th key={step} scope="col">
                  {STEP_WORDS[step]}
                </th>
              ))}
              <th scope="col" title="State and the 95th percentile of what ordinary callers wait">
                Before and after
              </th>
              <th scope="col">Lane</th>
              <th scope="col" className="r">
                Tries
              </th>
              <th scope="col">Last tries</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(row => (
              <Row key={row.clusterId} row={row} steps={steps} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  )
}

const Row = memo(
  function Row({ row, steps }: { row: ShotRow; steps: readonly ShotDto['stepKind'][] }) {
    const lanes = [...new Set(row.shots.flatMap(s => (s.lane ? [s.lane] : [])))]
    const open = row.shots.find(s => s.state === 'trying' || s.state === 'armed' || s.state === 'draining')
    const said = open ?? row.shots.findLast(s => s.detail !== '')
    const tries = row.shots.flatMap(s => s.lastAttempts).sort((a, b) => b.at.localeCompare(a.at))
    return (
      <tr>
        <th scope="row">
          <Link className="mono" href={`/clusters/${encodeURIComponent(row.clusterId)}`}>
            {row.clusterName}
          </Link>
        </th>
        <td>
          {row.target ? <StateLabel state={row.target.state} /> : <span className="mute">not a target</span>}
        </td>
        {steps.map(step => (
          <td key={step}>
            <StepCell shots={row.shots.filter(s => s.stepKind === step)} />
          </td>
        ))}
        <td>
          <EffectCell effect={row.effect} />
        </td>
        <td className="dim">{lanes.join(', ') || <span className="mute">none yet</span>}</td>
        <td className="r">{row.attempts === 0 ? '·' : count(row.attempts)}</td>
        <td className="dim">
          <LastTries said={said?.detail ?? ''} tries={tries} />
        </td>
      </tr>
    )
  },
  (a, b) => a.steps.join() === b.steps.join() && sameShots(a.row, b.row),
)

function sameShots(a: ShotRow, b: ShotRow): boolean {
  return JSON.stringify([a.shots, a.effect]) === JSON.stringify([b.shots, b.effect])
}

/** Many writes of a kind, such as a node each, are one figure and the one that is under way or in trouble. */
function StepCell({ shots }: { shots: readonly ShotDto[] }) {
  const [only] = shots
  if (shots.length <= 1) return <ShotCell shot={only} />
  const landed = shots.filter(shot => shot.landedAt !== null).length
  return (
    <span className="shot">
      <ShotCell shot={tellingOf(shots)} />
      <small>
        {count(landed)} of {count(shots.length)} landed
      </small>
    </span>
  )
}

function ShotCell({ shot }: { shot: ShotDto | undefined }) {
  const zone = useZone()
  if (!shot) return <span className="mute">·</span>
  const words = SHOT_WORDS[shot.state]
  const at = shot.doneAt ?? shot.landedAt
  const isDone = shot.doneAt !== null && shot.state === 'landed'
  return (
    <span className="shot" title={words.meaning}>
      <span className={`state ${words.textClass}`}>
        <Glyph name={words.glyph} />
        {isDone ? 'landed, done' : words.word}
      </span>
      {at && <small>{clockTime(Date.parse(at), zone)}</small>}
      {shot.state === 'draining' && shot.settledAt && (
        <small>may take effect until {clockTime(Date.parse(shot.settledAt), zone)}</small>
      )}
    </span>
  )
}

function LastTries({ said, tries }: { said: string; tries: ShotDto['lastAttempts'] }) {
  const zone = useZone()
  if (tries.length === 0) return <span className="mute">{said}</span>
  const last = tries[0]
  return (
    <details>
      <summary className="clip">
        {said || (last && `${last.outcome}${last.status > 0 ? ` ${last.status}` : ''} by ${last.lane}`)}
      </summary>
      <ul>
        {tries.slice(0, 8).map(t => (
          <li key={`${t.at} ${t.lane} ${t.outcome}`}>
            {clockTime(Date.parse(t.at), zone)} {t.lane} {t.outcome} {t.status > 0 ? t.status : 'no status'}{' '}
            {Math.round(t.durationMs)} ms
          </li>
        ))}
      </ul>
    </details>
  )
}
