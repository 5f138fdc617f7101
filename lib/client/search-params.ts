import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'

/** What of a view lives in its address, so that a reload or a sent link shows the same. */
export interface ViewState {
  /** Id of the cluster that has the focus in the fleet map. */
  cluster: string | null
  group: 'region' | 'product'
  view: 'map' | 'table'
  /** Id of the action whose sheet is open. */
  action: string | null
  /** Id of the action whose plan is set beside that of the page. */
  compare: string | null
  /** Panel beside the fleet on middle widths. */
  panel: 'suspects' | 'workstreams'
  /** Id of the suspect whose details are shown. */
  suspect: string | null
  /** What the lower panel of a cluster's page lists. */
  show: 'callers' | 'workloads' | 'objects'
}

const MAX_ID = 600

/** Unknown or overlong values fall back to the default: an address is input like any other. */
export function readViewState(params: URLSearchParams): ViewState {
  const id = (key: string) => {
    const value = params.get(key)
    return value && value.length <= MAX_ID ? value : null
  }
  const show = params.get('show')
  return {
    cluster: id('cluster'),
    group: params.get('group') === 'product' ? 'product' : 'region',
    view: params.get('view') === 'table' ? 'table' : 'map',
    action: id('action'),
    compare: id('compare'),
    panel: params.get('panel') === 'workstreams' ? 'workstreams' : 'suspects',
    suspect: id('suspect'),
    show: show === 'workloads' || show === 'objects' ? show : 'callers',
  }
}

const DEFAULTS: ViewState = readViewState(new URLSearchParams())

/** The address's query with `change` entered; defaults are left out to keep addresses short. */
export function writeViewState(params: URLSearchParams, change: Partial<ViewState>): string {
  const next = new URLSearchParams(params)
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === DEFAULTS[key as keyof ViewState]) next.delete(key)
    else next.set(key, value)
  }
  const query = next.toString()
  return query ? `?${query}` : ''
}

/** The view state and a way to change it without asking the server and without filling the history. */
export function useViewState(): [ViewState, (change: Partial<ViewState>) => void] {
  const params = useSearchParams()
  const pathname = usePathname()
  const state = useMemo(() => readViewState(new URLSearchParams(params)), [params])
  const change = useCallback(
    (next: Partial<ViewState>) => {
      const query = writeViewState(new URLSearchParams(window.location.search), next)
      window.history.replaceState(null, '', pathname + query)
    },
    [pathname],
  )
  return [state, change]
}
