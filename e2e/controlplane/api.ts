import { Agent, type Dispatcher } from 'undici'
import type { Target } from './kubeconfig'

export type JsonObject = { [key: string]: unknown }

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The parsed body when it is JSON, else an empty object. */
  json: JsonObject
}

export interface RequestOptions {
  body?: unknown
  contentType?: string
  headers?: Record<string, string>
  timeoutMs?: number
}

/** An answer that the caller did not expect, with what was asked and what the server said. */
export class UnexpectedReply extends Error {
  constructor(
    readonly status: number,
    asked: string,
    text: string,
  ) {
    super(`${asked} answered ${status}: ${text.slice(0, 400)}`)
  }
}

/**
 * A plain client for one identity of one API server: kept-alive connections, no cache, no retries,
 * so that tests see exactly what the server says.
 */
export class Api {
  private readonly agent: Agent

  constructor(
    private readonly target: Target,
    connections = 8,
  ) {
    this.agent = new Agent({
      connections,
      pipelining: 1,
      connect: {
        ca: target.authority,
        servername: target.serverName,
        ...(target.client ? { cert: target.client.certificate, key: target.client.key } : {}),
      },
    })
  }

  /** One request, answered in full whatever its status; throws only when there is no answer. */
  async request(method: Dispatcher.HttpMethod, path: string, options: RequestOptions = {}): Promise<Reply> {
    const { body, timeoutMs = 30_000 } = options
    const reply = await this.agent.request({
      ...this.common(method, path, options.headers),
      headers: {
        ...this.headers(options.headers),
        ...(body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await reply.body.text()
    const isJson = String(reply.headers['content-type']).startsWith('application/json')
    return {
      status: reply.statusCode,
      headers: reply.headers,
      text,
      json: isJson ? (JSON.parse(text) as JsonObject) : {},
    }
  }

  /** As `request`, but throws unless the status is one of `expected` (default: any 2xx). */
  async expect(
    method: Dispatcher.HttpMethod,
    path: string,
    options: RequestOptions & { expected?: number[] } = {},
  ): Promise<JsonObject> {
    const reply = await this.request(method, path, options)
    const fine = options.expected?.includes(reply.status) ?? (reply.status >= 200 && reply.status < 300)
    if (!fine) throw new UnexpectedReply(reply.status, `${method} ${path}`, reply.text)
    return reply.json
  }

  /** The lines of an unending answer (a watch), each parsed. Ends when the server or the signal ends it. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const reply = await this.agent.request({ ...this.common('GET', path), bodyTimeout: 0, signal })
    if (reply.statusCode !== 200) {
      throw new UnexpectedReply(reply.statusCode, `GET ${path}`, await reply.body.text())
    }
    let rest = ''
    reply.body.setEncoding('utf8')
    for await (const chunk of reply.body as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) if (part) yield JSON.parse(part) as JsonObject
    }
  }

  /** Ends all connections at once. */
  close(): Promise<void> {
    return this.agent.destroy()
  }

  private headers(extra: Record<string, string> = {}): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': 'holdfast-controlplane',
      ...(this.target.token ? { authorization: `Bearer ${this.target.token}` } : {}),
      ...extra,
    }
  }

  private common(method: Dispatcher.HttpMethod, path: string, extra?: Record<string, string>) {
    return { origin: this.target.server, method, path, headers: this.headers(extra) }
  }
}
