'use client'

import type { ReactNode } from 'react'
import { useIsStale } from '@/lib/client/use-live'
import { ActionSheet } from '../action/action-sheet'
import { ApprovalAlerts } from '../action/approval-alerts'
import { StatePaints } from '../ui/state-marks'
import { Announcer } from './announcer'
import { CommandPalette } from './command-palette'
import { IncidentStrip } from './incident-strip'
import { Keyboard } from './keyboard'
import { Notices } from './notices'
import { Rail, TabBar } from './rail'
import { SessionEnd } from './session-end'

/** The frame of every signed-in view: rail, incident strip, the view, and what opens over it. */
export function Frame({ children }: { children: ReactNode }) {
  const stale = useIsStale()
  return (
    <div className="app" data-stale={stale}>
      <a className="skip" href="#view">
        Skip to the view
      </a>
      <StatePaints />
      <Rail />
      <IncidentStrip />
      <div className="view" id="view">
        <Notices />
        {children}
      </div>
      <TabBar />
      <ActionSheet />
      <ApprovalAlerts />
      <CommandPalette />
      <Keyboard />
      <Announcer />
      <SessionEnd />
    </div>
  )
}
