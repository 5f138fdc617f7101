import type { Agent } from 'undici'
import type { Clock } from '../../clock/clock'
import { DeadlineExceeded, deadline } from '../../clock/deadline'
import { createDnsServerScan } from '../../metrics/scan-dns-server'
import type { Scrape } from './types'

/** Together with connecting and reading. */
const TIMEOUT_MS = 5_000
/** With a simulated fleet's fast clock, answers still need some real time. */
const LEAST_WALL_MS = 1_000
const MAX_BYTES = 4 << 20

/**
 * Reads `/metrics` of one CoreDNS or node cache once, scanned as it streams in and never held whole. Follows no
 * redirect, takes no compressed text, reads at most 4 MiB within 5 s. Never throws.
 */
export async function scrapeServer(
  url: string,
  { agent, clock }: { agent: Agent; clock: Clock },
  parent?: AbortSignal,
): Promise<Scrape> {
  const at = clock.now()
  const { signal, clear } = deadline(clock, TIMEOUT_MS, parent, LEAST_WALL_MS)
  try {
    const { origin, pathname, search } = new URL(url)
    const answer = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: 'GET',
      headers: { accept: 'text/plain', 'accept-encoding': 'identity' },
      signal,
    })
    const { statusCode, headers, body } = answer
    const encoding = headers['content-encoding'] ?? 'identity'
    if (statusCode !== 200 || encoding !== 'identity') {
      body.on('error', () => {}).destroy()
      return {
        at,
        failure:
          statusCode === 200 ? `answered in ${String(encoding).slice(0, 20)}` : `answered ${statusCode}`,
      }
    }
    const scan = createDnsServerScan({ maxBytes: MAX_BYTES })
    let bytes = 0
    for await (const chunk of body) {
      scan.push(chunk)
      bytes += chunk.length
      // Leaving the loop ends the stream and its connection.
      if (bytes > MAX_BYTES) break
    }
    const serverAt = Date.parse(String(headers.date ?? ''))
    const sample = scan.finish({ complete: bytes <= MAX_BYTES })
    return { at, sample, serverAt: Number.isNaN(serverAt) ? undefined : serverAt }
  } catch (error) {
    return { at, failure: wordsOf(error) }
  } finally {
    clear()
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof DeadlineExceeded) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'UND_ERR_SOCKET') return 'the connection was closed in the middle'
  return (error instanceof Error ? error.message : String(error)).slice(0, 120)
}
