import type { Api } from '../controlplane/api'

/** One question and how it ended: an HTTP status, or 0 when there was no answer in time. */
export interface Sample {
  /** When it began, milliseconds of performance.now(). */
  at: number
  seconds: number
  status: number
}

/** The single GET by which everybody is judged: small, and from the cache of the server. */
export const canaryPath = '/api/v1/namespaces/default'

/** Asks once; no answer in time is a sample too. */
export async function sampleOnce(api: Api, path: string, timeoutMs: number): Promise<Sample> {
  const at = performance.now()
  const status = await api.request('GET', path, { timeoutMs }).then(
    reply => reply.status,
    () => 0,
  )
  return { at, seconds: (performance.now() - at) / 1000, status }
}

export interface Spread {
  samples: number
  p50Ms: number | null
  p95Ms: number | null
  /** How often each status was seen; `none` stands for no answer in time. */
  codes: Record<string, number>
}

export function spreadOf(samples: readonly Sample[]): Spread {
  const codes: Record<string, number> = {}
  for (const { status } of samples) {
    const code = status === 0 ? 'none' : String(status)
    codes[code] = (codes[code] ?? 0) + 1
  }
  const milliseconds = samples.map(({ seconds }) => seconds * 1000)
  return {
    samples: samples.length,
    p50Ms: quantile(milliseconds, 0.5),
    p95Ms: quantile(milliseconds, 0.95),
    codes,
  }
}

/** Nearest rank, to a tenth; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  return value === undefined ? null : Number(value.toFixed(1))
}
