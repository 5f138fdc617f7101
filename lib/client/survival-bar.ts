import { useSearchParams } from 'next/navigation'

const DEFAULT_MINUTES = 30
const MOST_MINUTES = 1_440

/** Minutes that a cluster should outlive its control plane by, from an address; 30 when it says nothing useful. */
export function readBarMinutes(params: URLSearchParams): number {
  const minutes = Number(params.get('min') ?? DEFAULT_MINUTES)
  return Number.isFinite(minutes) && minutes > 0 && minutes <= MOST_MINUTES ? minutes : DEFAULT_MINUTES
}

/** The bar in the address, and a way to move it that neither asks the server nor fills the history. */
export function useBarMinutes(): [number, (minutes: number) => void] {
  const params = useSearchParams()
  const change = (minutes: number) => {
    const next = new URLSearchParams(window.location.search)
    next.set('min', String(minutes))
    window.history.replaceState(null, '', `${window.location.pathname}?${next}`)
  }
  return [readBarMinutes(new URLSearchParams(params)), change]
}
