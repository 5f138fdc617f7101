'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useId, useState } from 'react'
import { count, plural } from '@/lib/client/format-number'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { sealsQuery, sessionQuery } from '@/lib/client/queries'
import { useSealTurn } from '@/lib/client/writes'
import type { SealDto } from '@/lib/wire/seals'
import { Glyph, type GlyphName } from '../ui/glyph'
import { HoldButton } from '../ui/hold-button'
import { KIND_WORDS, shortDigest, targetName } from './action-words'
import { MIN_REASON } from './confirm-lock'
import './seals.css'

const WORDS: Record<SealDto['state'], { word: string; glyph: GlyphName; textClass: string }> = {
  prepared: { word: 'To be approved', glyph: 'warn', textClass: 'c-warn' },
  approved: { word: 'Ready', glyph: 'pass', textClass: 'c-pass' },
  declined: { word: 'Declined', glyph: 'dark', textClass: 'dim' },
  withdrawn: { word: 'Withdrawn', glyph: 'dark', textClass: 'dim' },
  used: { word: 'Used', glyph: 'armed', textClass: '' },
  expired: { word: 'Expired', glyph: 'unknown', textClass: 'dim' },
}
const SHOWN = 6

/** What was prepared with roll-outs: those that somebody can still approve or use first. Nothing where there is none. */
export function SealsSection() {
  const { data } = useQuery(sealsQuery)
  const isOpen = ({ state }: SealDto) => state === 'prepared' || state === 'approved'
  const seals = [...(data?.seals ?? [])].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a))).slice(0, SHOWN)
  if (seals.length === 0) return null
  return (
    <section className="seals" aria-labelledby="seals-title" data-testid="seals">
      <header>
        <h2 id="seals-title">Sealed removals</h2>
        <span className="mute">prepared with a roll-out, approved ahead, armed with one hold</span>
      </header>
      <ul>
        {seals.map(seal => (
          <SealRow key={seal.id} seal={seal} isOpen={isOpen(seal)} />
        ))}
      </ul>
    </section>
  )
}

function SealRow({ seal, isOpen }: { seal: SealDto; isOpen: boolean }) {
  const zone = useZone()
  const { data: session } = useQuery(sessionQuery)
  const words = WORDS[seal.state]
  const mayAct = session ? session.role !== 'viewer' : false
  return (
    <li>
      <span className={`state ${words.textClass}`}>
        <Glyph name={words.glyph} />
        {words.word}
      </span>
      <p>
        <b>
          {KIND_WORDS[seal.does].title} {targetName(seal.target)}
        </b>
        {seal.version && ` ${seal.version}`} on {plural(seal.clusterIds.length, 'cluster')}
        {seal.maxNodes !== null && `, at most ${count(seal.maxNodes)} nodes`}: “{seal.reason}”{' '}
        <span className="dim">
          Prepared by {seal.preparedBy}
          {seal.answer && `, ${seal.state === 'used' ? 'approved' : seal.state} by ${seal.answer.by}`}, until{' '}
          <span className="mono">{dateTime(Date.parse(seal.expiresAt), zone)}</span>, scope{' '}
          <span className="mono">{shortDigest(seal.digest)}</span>
        </span>
      </p>
      {seal.used && (
        <Link className="btn small" href={`/actions/${encodeURIComponent(seal.used.actionId)}`}>
          Open…<span className="sr"> the action of this seal</span>
        </Link>
      )}
      {isOpen && mayAct && <Answer seal={seal} isOwn={session?.name === seal.preparedBy} />}
    </li>
  )
}

function Answer({ seal, isOwn }: { seal: SealDto; isOwn: boolean }) {
  const [reason, setReason] = useState('')
  const [isEnding, setEnding] = useState(false)
  const fieldId = useId()
  const approve = useSealTurn(seal.id, 'approve')
  const withdraw = useSealTurn(seal.id, 'withdraw')
  const failure = approve.error ?? withdraw.error
  const isShort = reason.trim().length < MIN_REASON
  const isBusy = approve.isPending || withdraw.isPending
  const word = isOwn || seal.state === 'approved' ? 'Withdraw' : 'Decline'
  return (
    <div className="answer">
      {failure && (
        <p className="c-block" role="alert">
          {wordsOf(failure).text}
        </p>
      )}
      {isEnding ? (
        <>
          <label className="sr" htmlFor={fieldId}>
            Reason
          </label>
          <input
            id={fieldId}
            className="field"
            placeholder={`Why, in ${MIN_REASON} characters or more`}
            maxLength={2_000}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
          <button
            type="button"
            className="btn"
            aria-disabled={isShort || isBusy}
            onClick={() => !isShort && !isBusy && withdraw.mutate({ reason: reason.trim() })}
          >
            {word}
          </button>
        </>
      ) : (
        <button type="button" className="btn" onClick={() => setEnding(true)}>
          {word}…
        </button>
      )}
      {seal.state === 'prepared' && !isOwn && !isEnding && (
        <HoldButton
          label="Hold to approve"
          locked={null}
          busy={isBusy}
          onHeld={() => approve.mutate({ digest: seal.digest, reason: '' })}
        />
      )}
    </div>
  )
}
