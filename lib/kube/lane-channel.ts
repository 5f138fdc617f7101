import { Pool } from 'undici'
import type { Clock } from '../clock/clock'
import { DeadlineExceeded, deadline } from '../clock/deadline'
import type { Lane } from '../fleet/types'
import type { Attempt } from './attempt'
import { KubeFailure } from './classify-failure'
import type { Credentials } from './credential-source'
import { createCredentialSource } from './credentials'
import type { HostMemory } from './host-memory'
import { impersonationHeaders } from './impersonation-headers'
import { LaneTls } from './lane-tls'
import { openTcp, openTls, targetOf } from './open-socket'
import type { SharedContexts } from './shared-contexts'
import { Turns } from './turns'
import type { KubeRequest } from './types'

/** Below the idle limits of usual load balancers (AWS 60 s, Azure 4 min), so that we close first. */
const IDLE_MS = 45_000
/** How long one try to connect may go on, even when nobody waits for it any more. */
const CONNECT_MS = 10_000
/** A handshake costs real time on both sides: under a fast simulated clock it would otherwise never be through. */
const LEAST_CONNECT_WALL_MS = 4_000

export interface ChannelOptions {
  clock: Clock
  hosts: HostMemory
  contexts: SharedContexts
  userAgent: string
  connections: number
}

/** The kept-alive connections of one lane and its credentials. */
export class LaneChannel {
  readonly #base: string
  readonly #https: boolean
  readonly #credentials
  readonly #tls: LaneTls
  readonly #turns: Turns
  #pool: Pool | undefined
  #identity: Credentials['identity']
  #session: Buffer | undefined
  #closing = new AbortController()
  readonly #attempts = new Set<Attempt>()

  constructor(
    private readonly lane: Lane,
    private readonly options: ChannelOptions,
  ) {
    const url = new URL(lane.endpoint.server)
    this.#https = url.protocol === 'https:'
    this.#base = url.pathname.replace(/\/+$/, '')
    this.#credentials = createCredentialSource(lane, options.clock)
    this.#tls = new LaneTls(lane, options.clock, options.contexts)
    this.#turns = new Turns(options.connections)
  }

  /** Sends the request on behalf of `attempt`, which learns how it goes. @throws when credentials cannot be made */
  async send(attempt: Attempt, request: KubeRequest, signal: AbortSignal): Promise<void> {
    const made = this.#credentials.get(signal)
    const credentials = made instanceof Promise ? await attempt.whileMakingCredentials(made) : made
    const turn = this.#turns.take(signal)
    if (turn) await turn
    this.#attempts.add(attempt)
    void attempt.result.then(() => {
      this.#attempts.delete(attempt)
      this.#turns.release()
    })
    if (attempt.settled) return
    const body =
      request.body === undefined
        ? null
        : typeof request.body === 'string'
          ? request.body
          : JSON.stringify(request.body)
    this.#poolFor(credentials.identity).dispatch(
      {
        method: request.method,
        path: this.#base + request.path,
        headers: this.#headers(request, credentials),
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      attempt,
    )
  }

  /** True while some connection is up, so that a request need not make one. */
  get isConnected(): boolean {
    return (this.#pool?.stats.connected ?? 0) > 0
  }

  /** The server answered 401. */
  rejected(): void {
    this.#credentials.rejected()
  }

  /** Whether a TCP connection opens; nothing is sent. */
  async knock(timeoutMs: number): Promise<boolean> {
    const { clock, hosts } = this.options
    const limit = deadline(clock, timeoutMs)
    try {
      const socket = await openTcp(
        targetOf(this.lane.endpoint.server),
        this.lane.endpoint.proxyUrl,
        hosts.lookup,
        limit.signal,
      )
      socket.destroy()
      return true
    } catch {
      return false
    } finally {
      limit.clear()
    }
  }

  /** Ends all connections and requests; a later request opens new ones. */
  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    this.#closing.abort(new KubeFailure('aborted', 'the client is closed'))
    this.#closing = new AbortController()
    await pool?.destroy()
  }

  #headers(request: KubeRequest, credentials: Credentials): string[] {
    const headers = [
      'accept',
      request.accept ?? 'application/json',
      'accept-encoding',
      'gzip',
      'user-agent',
      this.options.userAgent,
    ]
    if (request.body !== undefined) headers.push('content-type', request.contentType ?? 'application/json')
    if (request.actAs)
      headers.push(
        ...impersonationHeaders({ as: request.actAs.user, 'as-groups': [...request.actAs.groups] }),
      )
    return credentials.headers.length === 0 ? headers : headers.concat(credentials.headers)
  }

  #poolFor(identity: Credentials['identity']): Pool {
    if (this.#pool && identity === this.#identity) return this.#pool
    // Connections carry the old certificate; requests on them may still finish.
    // How closing ends concerns nobody: each request told its own end.
    this.#pool?.close().catch(() => {})
    this.#identity = identity
    this.#session = undefined
    this.#pool = new Pool(new URL(this.lane.endpoint.server).origin, {
      connections: this.options.connections,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: 64 * 1024,
      connect: (_options, callback) => {
        this.#open(identity).then(
          socket => callback(null, socket),
          error => callback(error instanceof Error ? error : new Error(String(error)), null),
        )
      },
    })
    return this.#pool
  }

  async #open(identity: Credentials['identity']) {
    // undici connects anew after each request that was given up; a sick server is spared that.
    const wanted = [...this.#attempts].some(attempt => !attempt.started && !attempt.settled)
    if (!wanted) throw new KubeFailure('aborted', 'nobody waits for this connection')
    const { clock, hosts } = this.options
    const { server, proxyUrl, tlsServerName, insecureSkipTlsVerify } = this.lane.endpoint
    const limit = deadline(clock, CONNECT_MS, this.#closing.signal, LEAST_CONNECT_WALL_MS)
    try {
      const target = targetOf(server)
      const secureContext = this.#https ? await this.#tls.context(identity) : undefined
      const socket = await openTcp(target, proxyUrl, hosts.lookup, limit.signal)
      if (!secureContext) return socket
      const terms = {
        secureContext,
        rejectUnauthorized: !insecureSkipTlsVerify,
        servername: tlsServerName,
        session: this.#session,
        onSession: (session: Buffer) => {
          this.#session = session
        },
      }
      return await openTls(socket, target.host, terms, limit.signal)
    } catch (error) {
      if (error instanceof DeadlineExceeded)
        throw new KubeFailure('connect-timeout', `no connection within ${error.afterMs} ms`)
      throw error
    } finally {
      limit.clear()
    }
  }
}
