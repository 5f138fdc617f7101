'use client'

import type { EvidenceDto, SuspectDto } from '@/lib/wire/suspects'
import { SealReady } from '../action/seal-ready'
import { ScalingLaw } from './scaling-law'
import { StillRolling } from './still-rolling'

const EVIDENCE_NAME: Record<EvidenceDto['kind'], string> = {
  time: 'Time',
  space: 'Space',
  caller: 'Caller',
  scaling: 'Scale',
  age: 'Age',
  pipeline: 'Pipeline',
}

/** A suspect in full: who, how sure, whether it still spreads, why we think so, and its law of growth. */
export function SuspectCard({ suspect }: { suspect: SuspectDto }) {
  const rows = suspect.evidence.filter(e => e.kind !== 'scaling' || !suspect.scaling)
  return (
    <div className="first-suspect">
      <div className="suspect-head">
        <span className={suspect.rank === 1 ? 'rank' : 'rank low'}>{suspect.rank}</span>
        <h3 className="clip" title={suspect.name} data-testid="first-suspect">
          {suspect.name}
        </h3>
        <span className="score" title="Score from 0 to 1 over all evidence">
          {suspect.score.toFixed(2)}
        </span>
        <p className="clip">
          {suspect.kind} in {suspect.namespace || 'no namespace'}
          {suspect.version && ` · ${suspect.version}`}
        </p>
      </div>
      <StillRolling suspect={suspect} />
      <SealReady suspect={suspect} />
      <dl className="evidence">
        {rows.map(e => (
          <div key={`${e.kind} ${e.text}`}>
            <dt>{EVIDENCE_NAME[e.kind]}</dt>
            <dd>{e.text}</dd>
            <dd className="fig">{e.figure}</dd>
          </div>
        ))}
      </dl>
      {suspect.scaling && <ScalingLaw law={suspect.scaling} />}
    </div>
  )
}

/** A suspect as one row; opening it shows it in full in place of the first. */
export function SuspectRow({ suspect, onOpen }: { suspect: SuspectDto; onOpen: () => void }) {
  const strongest = [...suspect.evidence].sort((a, b) => b.score - a.score)[0]
  return (
    <li>
      <button type="button" onClick={onOpen}>
        <span className="rank low">{suspect.rank}</span>
        <span className="name clip">
          {suspect.name} {suspect.version}
        </span>
        <span className="mono score-low">{suspect.score.toFixed(2)}</span>
        <span className="why clip">
          {strongest?.text ?? `${suspect.rollout.reached} of ${suspect.rollout.total} clusters carry it`}
        </span>
      </button>
    </li>
  )
}
