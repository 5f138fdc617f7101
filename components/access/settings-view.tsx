'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { sessionQuery } from '@/lib/client/queries'
import type { SessionDto } from '@/lib/wire/access'
import { Empty, Panel, Skeleton } from '../ui/panel'
import { AccountSection } from './account-section'
import { GlassSection } from './glass-section'
import { PeopleSection } from './people-section'
import { AllSessions, OwnSessions } from './sessions-section'
import { TokensSection } from './tokens-section'

interface Section {
  id: string
  title: string
  roles: readonly SessionDto['role'][] | null
  show: () => ReactNode
}

const ADMINISTRATORS = ['administrator'] as const
const SECTIONS: readonly Section[] = [
  { id: 'account', title: 'Your account', roles: null, show: () => <AccountSection /> },
  { id: 'own-sessions', title: 'Your sessions', roles: null, show: () => <OwnSessions /> },
  { id: 'people', title: 'People', roles: ADMINISTRATORS, show: () => <PeopleSection /> },
  { id: 'sessions', title: 'All sessions', roles: ADMINISTRATORS, show: () => <AllSessions /> },
  { id: 'tokens', title: 'API tokens', roles: ADMINISTRATORS, show: () => <TokensSection /> },
  {
    id: 'break-glass',
    title: 'Break-glass',
    roles: ['commander', 'administrator'],
    show: () => <GlassSection />,
  },
]

/** Who may: one's own account for everybody, the rest for those whose role allows it. */
export function SettingsView({ show }: { show: string }) {
  const { data: session } = useQuery(sessionQuery)
  const open = SECTIONS.filter(({ roles }) => roles === null || (session && roles.includes(session.role)))
  const section = open.find(({ id }) => id === show)
  return (
    <main className="settings">
      <nav aria-label="Settings">
        {open.map(({ id, title }) => (
          <Link key={id} href={`/settings?show=${id}`} aria-current={id === show ? 'page' : undefined}>
            {title}
          </Link>
        ))}
      </nav>
      {section ? (
        <Panel id={section.id} title={section.title}>
          <div className="settings-body">{section.show()}</div>
        </Panel>
      ) : session ? (
        <Empty title="There is no such page of settings for you">
          Your role is {session.role}; administrators see more.
        </Empty>
      ) : (
        <Skeleton lines={4} />
      )}
    </main>
  )
}
