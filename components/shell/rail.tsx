'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useWaitingCount } from '../action/use-waiting-count'
import { Tip } from '../ui/tip'
import { AccountMenu } from './account-menu'
import { DESTINATIONS, isHere } from './destinations'
import { Logo } from './logo'

const ACTIONS = '/actions'

export function Rail() {
  const pathname = usePathname()
  const waiting = useWaitingCount()
  return (
    <nav className="rail" aria-label="Main">
      <Link href="/" className="logo" aria-label="Holdfast, war room">
        <Logo />
      </Link>
      {DESTINATIONS.map(to => (
        <Tip key={to.href} text={`${to.title} · G then ${to.key.toUpperCase()}`} side="right">
          <Link
            href={to.href}
            aria-label={
              to.href === ACTIONS && waiting > 0 ? `${to.title}, ${waiting} waiting for you` : to.title
            }
            aria-current={isHere(to, pathname) ? 'page' : undefined}
          >
            <to.icon size={16} strokeWidth={1.6} aria-hidden="true" />
            {to.href === ACTIONS && <Count waiting={waiting} />}
          </Link>
        </Tip>
      ))}
      <div className="end">
        <AccountMenu />
      </div>
    </nav>
  )
}

/** The rail's place at the foot of a narrow screen. */
export function TabBar() {
  const pathname = usePathname()
  const waiting = useWaitingCount()
  return (
    <nav className="tab-bar" aria-label="Main">
      {DESTINATIONS.map(to => (
        <Link key={to.href} href={to.href} aria-current={isHere(to, pathname) ? 'page' : undefined}>
          <to.icon size={18} strokeWidth={1.6} aria-hidden="true" />
          {to.short}
          {to.href === ACTIONS && <Count waiting={waiting} />}
        </Link>
      ))}
    </nav>
  )
}

/** How many actions wait for who is signed in. */
function Count({ waiting }: { waiting: number }) {
  if (waiting === 0) return null
  return (
    <span className="count" data-testid="waiting-count">
      {waiting}
      <span className="sr"> waiting for you</span>
    </span>
  )
}
