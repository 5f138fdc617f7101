import {
  Activity,
  FileText,
  Flame,
  Hourglass,
  LayoutDashboard,
  type LucideIcon,
  Radar,
  Zap,
} from 'lucide-react'

export interface Destination {
  href: string
  title: string
  /** On the tab bar, where room is short. */
  short: string
  icon: LucideIcon
  /** Pressed after G. */
  key: string
}

/** The pages there are, in the order of the rail. */
export const DESTINATIONS: readonly Destination[] = [
  { href: '/', title: 'War room', short: 'Room', icon: Radar, key: 'w' },
  { href: '/clusters', title: 'Fleet', short: 'Fleet', icon: LayoutDashboard, key: 'f' },
  { href: '/dns', title: 'DNS caches', short: 'DNS', icon: Flame, key: 'd' },
  { href: '/readiness', title: 'Readiness', short: 'Ready', icon: Hourglass, key: 'r' },
  { href: '/actions', title: 'Actions', short: 'Actions', icon: Zap, key: 'a' },
  { href: '/status', title: 'Status page', short: 'Status', icon: Activity, key: 's' },
  { href: '/audit', title: 'Audit log', short: 'Log', icon: FileText, key: 'l' },
]

export function isHere(destination: Destination, pathname: string): boolean {
  return destination.href === '/' ? pathname === '/' : pathname.startsWith(destination.href)
}
