'use client'

import { useQuery } from '@tanstack/react-query'
import { LogOut, Moon, Settings, Snowflake, Sun } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu } from 'radix-ui'
import { setPreferences, usePreferences } from '@/lib/client/preferences'
import { sessionQuery, warRoomQuery } from '@/lib/client/queries'
import { useSignOut } from '@/lib/client/writes'
import { openPalette } from './palette-state'
import { toggleTheme, useTheme } from './use-theme'

/** Who is signed in, the theme, the zone, single keys, and the way out. */
export function AccountMenu() {
  const { data: session } = useQuery(sessionQuery)
  const { data: room } = useQuery(warRoomQuery)
  const preferences = usePreferences()
  const theme = useTheme()
  const signOut = useSignOut()
  const leave = () => signOut.mutate(undefined, { onSuccess: () => window.location.assign('/sign-in') })
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="icon-button" aria-label="Account and settings">
          <Settings size={16} strokeWidth={1.6} aria-hidden="true" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="right" align="end" sideOffset={8} collisionPadding={8}>
          <p className="label">
            {session ? `Signed in as ${session.name}, ${session.role}` : 'Not signed in'}
          </p>
          <DropdownMenu.Item onSelect={() => toggleTheme()}>
            {theme === 'dark' ? <Sun size={14} aria-hidden="true" /> : <Moon size={14} aria-hidden="true" />}
            {theme === 'dark' ? 'Light theme' : 'Dark theme'}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            onSelect={() => setPreferences({ zone: preferences.zone === 'utc' ? 'local' : 'utc' })}
          >
            {preferences.zone === 'utc' ? 'Show local time' : 'Show UTC'}
            <span className="end">U</span>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => setPreferences({ singleKeys: !preferences.singleKeys })}>
            {preferences.singleKeys ? 'Turn single keys off' : 'Turn single keys on'}
          </DropdownMenu.Item>
          <DropdownMenu.Item asChild>
            <Link href="/settings">
              <Settings size={14} aria-hidden="true" />
              Settings
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => openPalette({ ask: 'freeze' })}>
            <Snowflake size={14} aria-hidden="true" />
            {room?.frozen ? 'Thaw actions…' : 'Freeze all actions…'}
            <span className="end">F</span>
          </DropdownMenu.Item>
          <hr />
          <DropdownMenu.Item onSelect={leave}>
            <LogOut size={14} aria-hidden="true" />
            Sign out
          </DropdownMenu.Item>
          {signOut.isError && <p className="label c-block">Signing out failed. Try again.</p>}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
