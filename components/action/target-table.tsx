'use client'

import { count, plural } from '@/lib/client/format-number'
import type { ActionDto, TargetDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { lookOf } from '../ui/state-look'
import { StateLabel } from '../ui/state-marks'
import { type Column, TableHead } from '../ui/table-head'

const COLUMNS: readonly Column[] = [
  'State',
  ['Clusters', 'r'],
  ['Nodes', 'r'],
  ['Dry run', 'gap'],
  'Reached by',
]

/** The exact targets by state: how many, whether a dry run proved them, and how they are reached. */
export function TargetTable({ action, at }: { action: ActionDto; at: string }) {
  const groups = byState(action.targets)
  return (
    <section>
      <h3>
        Targets <span>exact, resolved at {at}</span>
      </h3>
      <Mix groups={groups} total={action.targets.length} />
      <div className="targets-scroll">
        <table className="targets">
          <TableHead columns={COLUMNS} />
          <tbody>
            {groups.map(({ state, targets }) => (
              <tr key={state}>
                <td>
                  <StateLabel state={state} />
                </td>
                <td className="r">{count(targets.length)}</td>
                <td className="r dim">{count(targets.reduce((sum, t) => sum + t.nodes, 0))}</td>
                <td className="gap">
                  <Verification targets={targets} />
                </td>
                <td className="dim">{[...new Set(targets.map(t => t.reachedBy))].join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details className="all-targets">
        <summary>All {plural(action.targets.length, 'target')}</summary>
        <ul>
          {action.targets.map(t => (
            <li key={t.clusterId}>
              <span className="mono">{t.clusterName}</span>
              <StateLabel state={t.state} />
              <span className="mute">
                {t.verification.kind === 'dry-run'
                  ? 'verified by dry run'
                  : `unverified: ${t.verification.why ?? 'from a snapshot'}`}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

interface StateGroup {
  state: string
  targets: TargetDto[]
}

function byState(targets: readonly TargetDto[]): StateGroup[] {
  const groups = new Map<string, TargetDto[]>()
  for (const t of targets) groups.set(t.state, [...(groups.get(t.state) ?? []), t])
  const order = ['Healthy', 'Recovering', 'Strained', 'Overloaded', 'LockedOut', 'Dark', 'Unknown']
  const place = (state: string) => (order.indexOf(state) + order.length + 1) % (order.length + 1)
  return [...groups]
    .map(([state, of]) => ({ state, targets: of }))
    .sort((a, b) => place(a.state) - place(b.state))
}

function Verification({ targets }: { targets: readonly TargetDto[] }) {
  const proven = targets.filter(t => t.verification.kind === 'dry-run').length
  if (proven === targets.length) return <Mark ok text="verified" />
  if (proven === 0) return <Mark ok={false} text="unverified" />
  return <Mark ok={false} text={`${count(proven)} of ${count(targets.length)} verified`} />
}

function Mark({ ok, text }: { ok: boolean; text: string }) {
  return (
    <span className={`state ${ok ? 'c-pass' : 'c-warn'}`}>
      <Glyph name={ok ? 'pass' : 'warn'} />
      {text}
    </span>
  )
}

/** The targets as one bar, in the paint of their states. */
function Mix({ groups, total }: { groups: readonly StateGroup[]; total: number }) {
  if (total === 0) return null
  return (
    <div className="mix" role="img" aria-label="Targets by state">
      {groups.map(({ state, targets }) => {
        const look = lookOf(state)
        return (
          <svg
            key={state}
            height="14"
            style={{ flexGrow: targets.length, flexBasis: 4 }}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <rect
              x={look.strokeWidth / 2}
              y={look.strokeWidth / 2}
              width="100%"
              height={14 - look.strokeWidth}
              style={{ width: `calc(100% - ${look.strokeWidth}px)` }}
              rx="2"
              fill={look.fill}
              stroke={look.stroke}
              strokeWidth={look.strokeWidth}
              strokeDasharray={look.dash}
            />
          </svg>
        )
      })}
    </div>
  )
}
