'use client'

import { useQuery } from '@tanstack/react-query'
import { plural } from '@/lib/client/format-number'
import { countdown } from '@/lib/client/format-time'
import { setPreferences, usePreferences } from '@/lib/client/preferences'
import { sessionQuery, warRoomQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { useServerRealNow } from '@/lib/client/use-live'
import { turnOf } from '@/lib/client/waiting-for'
import type { ActionSummaryDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { FreezeControl } from './freeze-control'

/** What waits for a second person or a review, and whose turn it is. */
export function ApprovalsInbox() {
  const { data: room } = useQuery(warRoomQuery)
  const { data: session } = useQuery(sessionQuery)
  const open = (room?.actions ?? []).filter(isOpen)
  const mine = open.filter(action => ['approve', 'review'].includes(turnOf(action, session)))
  const others = open.filter(action => !mine.includes(action))
  return (
    <section className="inbox" aria-labelledby="inbox-title" data-testid="inbox">
      <header>
        <h2 id="inbox-title">Waiting for you</h2>
        <span className="mute">{plural(mine.length, 'action')}</span>
        <span className="right">
          <NotifySwitch />
          <FreezeControl />
        </span>
      </header>
      {mine.length === 0 && <p className="mute none">Nothing waits for your approval or review.</p>}
      {mine.length > 0 && (
        <ul>
          {mine.map(action => (
            <Waiting key={action.id} action={action} verb={turnOf(action, session)} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <>
          <h3>Waiting for others</h3>
          <ul>
            {others.map(action => (
              <Waiting key={action.id} action={action} verb={turnOf(action, session)} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

const isOpen = ({ state, approval }: ActionSummaryDto) =>
  state === 'awaiting' || (approval?.answer?.kind === 'overridden' && approval.review === null)

function Waiting({ action, verb }: { action: ActionSummaryDto; verb: ReturnType<typeof turnOf> }) {
  const [, setView] = useViewState()
  const now = useServerRealNow()
  const { approval } = action
  if (!approval) return null
  const isReview = action.state !== 'awaiting'
  const since = Date.parse(isReview ? (approval.answer?.at ?? approval.askedAt) : approval.askedAt)
  const word = isReview ? (verb === 'review' ? 'Review…' : 'Look…') : verb === 'approve' ? 'Decide…' : 'Look…'
  return (
    <li>
      <Glyph name="warn" className="c-warn" />
      <span className="what">
        <b>{action.title}</b> on {plural(action.progress.clusters, 'cluster')},{' '}
        {isReview
          ? `sent without a second person by ${approval.answer?.by}: “${approval.answer?.reason}”`
          : `asked by ${approval.askedBy}: “${approval.reason}”`}
      </span>
      {now !== null && <span className="mono mute">{countdown(now - since)}</span>}
      <button
        type="button"
        className={verb === 'approve' || verb === 'review' ? 'btn primary' : 'btn'}
        onClick={() => setView({ action: action.id })}
      >
        {word}
        <span className="sr"> {action.title}</span>
      </button>
    </li>
  )
}

/** The browser asks for its own permission, and only because somebody pressed this. */
function NotifySwitch() {
  const { notify } = usePreferences()
  const toggle = async () => {
    if (notify || !('Notification' in window)) return setPreferences({ notify: false })
    const permission = await Notification.requestPermission()
    setPreferences({ notify: permission === 'granted' })
  }
  return (
    <button type="button" className="btn" aria-pressed={notify} onClick={toggle}>
      {notify ? 'Notifications on' : 'Notify me here'}
    </button>
  )
}
