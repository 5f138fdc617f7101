'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { warRoomQuery } from '@/lib/client/queries'
import { Glyph } from '../ui/glyph'

/** Trouble of Holdfast itself and of its configuration. Never a toast: it stands until it is mended. */
export function Notices() {
  const { data: room } = useQuery(warRoomQuery)
  const notices = room?.notices ?? []
  const problems = room?.fleet.problems ?? []
  if (notices.length === 0 && problems.length === 0) return null
  return (
    <ul className="notices" aria-label="Notices">
      {notices.map(notice => (
        <li key={`${notice.code} ${notice.text}`} className={notice.severity}>
          <Glyph
            name={notice.severity === 'critical' ? 'block' : 'warn'}
            className={notice.severity === 'critical' ? 'c-block' : 'c-warn'}
          />
          <span>
            {notice.text}{' '}
            {notice.actionId && (
              <Link href={`/actions/${encodeURIComponent(notice.actionId)}`}>Open the action</Link>
            )}
          </span>
        </li>
      ))}
      {problems.map(problem => (
        <li key={`${problem.where} ${problem.message}`}>
          <Glyph name="warn" className="c-warn" />
          <span>
            {problem.message} <span className="mute mono">{problem.where}</span>{' '}
            {problem.hint && <span className="mute">{problem.hint}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
