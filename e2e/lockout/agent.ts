import { type ClientHttp2Session, connect } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../controlplane/kubeconfig'

/** As client-go's reflector backs off: from 0.8 s, doubled up to 30 s, each with up to as much again at random. */
const backoff = { firstSeconds: 0.8, longestSeconds: 30 }
/** What may come before the agent reads on; Go's own transport takes up to 4 MiB a stream. */
const windowBytes = 1 << 20
/** A reader with a pace rests at least so long, not after every packet. */
const pauseMs = 20

export interface AgentReport {
  asks(): void
  ends(outcome: string, seconds: number): void
  bytes(count: number): void
}

export interface AgentSettings {
  target: Target
  path: string
  periodSeconds: number
  timeoutSeconds: number
  megabytesPerSecond?: number
}

/** One agent of the telemetry service: lists, rests, lists again, and backs off from whatever is refused. */
export async function runAgent(
  settings: AgentSettings,
  report: AgentReport,
  signal: AbortSignal,
): Promise<void> {
  const line = new Line(settings.target)
  signal.addEventListener('abort', () => line.cut(), { once: true })
  let failures = 0
  while (!signal.aborted) {
    report.asks()
    const startedAt = performance.now()
    const { outcome, retryAfterSeconds } = await line.list(settings, report)
    if (signal.aborted) break
    report.ends(outcome, (performance.now() - startedAt) / 1000)
    failures = outcome === '200' ? 0 : failures + 1
    const restSeconds =
      failures === 0
        ? settings.periodSeconds * (0.5 + Math.random())
        : Math.max(retryAfterSeconds, backoffSeconds(failures))
    await sleep(restSeconds * 1000, undefined, { signal }).catch(() => {})
  }
  line.cut()
}

function backoffSeconds(failures: number): number {
  const base = Math.min(backoff.longestSeconds, backoff.firstSeconds * 2 ** (failures - 1))
  return base * (1 + Math.random())
}

interface Ended {
  outcome: string
  retryAfterSeconds: number
}

/** A connection of an agent, opened again when it is lost. */
class Line {
  private session: ClientHttp2Session | undefined

  constructor(private readonly target: Target) {}

  list({ path, timeoutSeconds, megabytesPerSecond }: AgentSettings, report: AgentReport): Promise<Ended> {
    const session = this.open()
    return new Promise(resolve => {
      let outcome = 'broken'
      let retryAfterSeconds = 0
      const stream = session.request({
        ':path': path,
        accept: 'application/json',
        'user-agent': 'telemetry-collector/1.0',
        ...(this.target.token ? { authorization: `Bearer ${this.target.token}` } : {}),
      })
      const timer = setTimeout(() => {
        outcome = 'timeout'
        stream.close()
      }, timeoutSeconds * 1000)
      stream.on('response', headers => {
        outcome = String(headers[':status'])
        retryAfterSeconds = Number(headers['retry-after'] ?? 0)
      })
      let heldUntil = 0
      stream.on('data', (chunk: Buffer) => {
        report.bytes(chunk.length)
        if (!megabytesPerSecond) return
        const now = performance.now()
        heldUntil = Math.max(heldUntil, now) + chunk.length / 1000 / megabytesPerSecond
        if (heldUntil - now < pauseMs) return
        stream.pause()
        setTimeout(() => stream.resume(), heldUntil - now)
      })
      stream.on('error', () => {
        outcome = 'broken'
      })
      stream.on('close', () => {
        clearTimeout(timer)
        resolve({ outcome, retryAfterSeconds })
      })
    })
  }

  cut(): void {
    this.session?.destroy()
  }

  private open(): ClientHttp2Session {
    if (this.session && !this.session.closed && !this.session.destroyed) return this.session
    const { server, authority, serverName, client } = this.target
    const session = connect(server, {
      ca: authority,
      servername: serverName,
      cert: client?.certificate,
      key: client?.key,
      settings: { initialWindowSize: windowBytes },
    })
    // Every request of a broken session ends as broken by itself.
    session.on('error', () => session.destroy())
    session.on('connect', () => session.setLocalWindowSize(windowBytes))
    session.setTimeout(0)
    this.session = session
    return session
  }
}
