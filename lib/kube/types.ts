import type { Lane } from '../fleet/types'

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the lane's base, with its query, e.g. `/apis/apps/v1/daemonsets?limit=1`. */
  path: string
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown
  /** Default `application/json`. */
  contentType?: string
  /** Default `application/json`. */
  accept?: string
  /** Asks to be taken for somebody else, which needs the right to impersonate. Not on lanes that do so anyway. */
  actAs?: { user: string; groups: readonly string[] }
  /** Whole attempt, in the clock's time. */
  timeoutMs: number
  connectTimeoutMs?: number
  signal?: AbortSignal
  /** Answers with a longer body (unpacked) are cut and marked `truncated`; default 4 MiB, 64 MiB with `onChunk`. */
  maxBytes?: number
  /** When set, a 2xx body is handed over in pieces (already decompressed) and `body` stays empty. */
  onChunk?: (chunk: Uint8Array) => void
}

/** How one attempt ended. Only `answer` came from the API server; the others say how far the request got. */
export type KubeOutcome =
  /** An HTTP answer, whatever its status. */
  | 'answer'
  /** No answer before the deadline; the request was written, so it may have taken effect. */
  | 'timeout'
  /** No connection before its deadline; certainly no effect. */
  | 'connect-timeout'
  /** The port refused; certainly no effect. */
  | 'refused'
  /** The connection broke after the request was written; it may have taken effect. */
  | 'reset'
  /** The name in the address did not resolve; certainly no effect. */
  | 'name-lookup'
  /** The server's certificate was not accepted, or ours was not; certainly no effect. */
  | 'tls'
  /** Credentials could not be made (exec plugin, token file); certainly no effect. */
  | 'credentials'
  /** The caller aborted. */
  | 'aborted'

export interface KubeResult {
  outcome: KubeOutcome
  laneId: string
  /** Epoch ms of the clock when the attempt began. */
  startedAt: number
  /** In the clock's time. */
  durationMs: number
  /** HTTP status when `outcome` is `answer`, else 0. */
  status: number
  /** Lower-case names. */
  headers: Record<string, string>
  /** Decoded text, at most `maxBytes`. */
  body: string
  truncated: boolean
  /** Bytes received from the network, before decompression. */
  bytes: number
  /** From Retry-After, when given. */
  retryAfterMs?: number
  /** For people: what happened, bounded in length, no secrets. */
  detail: string
}

/** One request over one lane. Never throws: failure is data. */
export interface ClusterClient {
  request(lane: Lane, request: KubeRequest): Promise<KubeResult>
  /** True when a TCP connection opens within `timeoutMs`; sends nothing, so the server does no work. */
  knock(lane: Lane, timeoutMs: number): Promise<boolean>
  close(): Promise<void>
}
