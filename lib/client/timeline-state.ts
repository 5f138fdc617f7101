import { usePathname, useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import type { Scope } from './queries'

/** What of the DNS timeline lives in its address. */
export interface TimelineState {
  /** null: the whole fleet. */
  scope: Scope | null
  /** `from,to` in seconds from now; null: everything. */
  window: string | null
  as: 'chart' | 'table'
}

const KINDS = ['product', 'region', 'cluster'] as const
const MAX_ID = 253

/** Unknown or overlong values fall back to the default: an address is input like any other. */
export function readTimelineState(params: URLSearchParams): TimelineState {
  const scope = KINDS.flatMap(kind => {
    const id = params.get(kind)
    return id && id.length <= MAX_ID ? { kind, id } : []
  })[0]
  return {
    scope: scope ?? null,
    window: params.get('window')?.slice(0, 40) ?? null,
    as: params.get('as') === 'table' ? 'table' : 'chart',
  }
}

export function writeTimelineState({ scope, window, as }: TimelineState): string {
  const params = new URLSearchParams()
  if (scope) params.set(scope.kind, scope.id)
  if (window) params.set('window', window)
  if (as === 'table') params.set('as', as)
  return params.size > 0 ? `?${params}` : ''
}

type Change = (before: TimelineState) => Partial<TimelineState>

/**
 * The state and a way to change it without asking the server and without filling the history. A change builds on what
 * the address says now, which may be ahead of what is drawn: keys can come quicker than renders.
 */
export function useTimelineState(): [TimelineState, (change: Change) => void] {
  const params = useSearchParams()
  const pathname = usePathname()
  const state = useMemo(() => readTimelineState(new URLSearchParams(params)), [params])
  const change = (next: Change) => {
    const before = readTimelineState(new URLSearchParams(window.location.search))
    window.history.replaceState(null, '', pathname + writeTimelineState({ ...before, ...next(before) }))
  }
  return [state, change]
}
