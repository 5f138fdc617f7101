'use client'

import Link from 'next/link'
import { memo } from 'react'
import { count, initials } from '@/lib/client/format-number'
import type { ActionSummaryDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { ActionTrack } from './action-track'
import { actionWords } from './action-words'

/** One action as a line of work: fraction, parts, lanes that let it through, tries. */
export const Workstream = memo(function Workstream({ action }: { action: ActionSummaryDto }) {
  const { progress } = action
  const words = actionWords(action)
  const href = `/actions/${encodeURIComponent(action.id)}`
  return (
    <li className="ws" data-testid="workstream">
      <div className="l1">
        <h3 className="clip">
          <Link href={href}>{action.title}</Link>
        </h3>
        <span className="end">
          <span className={`state ${words.textClass}`}>
            <Glyph name={words.glyph} />
            {words.word}
          </span>
          <span className="avatar" title={action.by}>
            {initials(action.by)}
          </span>
        </span>
      </div>
      <div className="l2">
        <span className="frac">
          {count(progress.landed)}
          <small>/{count(progress.clusters)}</small>
        </span>
        <ActionTrack progress={progress} />
      </div>
      <div className="l3">
        {progress.armed > 0 && (
          <span className="state">
            <Glyph name="armed" size={11} />
            <b>{count(progress.armed)}</b> armed
          </span>
        )}
        <span>
          done <b>{count(progress.done)}</b>
        </span>
        <span>
          verified <b>{count(progress.verified)}</b>
        </span>
        {progress.failed > 0 && (
          <span className="c-block">
            failed <b>{count(progress.failed)}</b>
          </span>
        )}
        {Object.entries(progress.byLane).map(([lane, n]) => (
          <span key={lane}>
            {lane} <b>{count(n)}</b>
          </span>
        ))}
        {action.pause?.cause === 'worse' && (
          <span className="c-warn">callers fare worse where it landed</span>
        )}
        <span className="end">
          <b>{count(progress.attempts)}</b> tries
        </span>
      </div>
    </li>
  )
})
