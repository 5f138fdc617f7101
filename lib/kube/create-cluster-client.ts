import type { Clock } from '../clock/clock'
import { DeadlineExceeded, deadline } from '../clock/deadline'
import type { Lane } from '../fleet/types'
import { Attempt } from './attempt'
import { KubeFailure } from './classify-failure'
import { ConnectPace } from './connect-pace'
import { HostMemory, type ResolveHost } from './host-memory'
import { LaneChannel } from './lane-channel'
import { SharedContexts } from './shared-contexts'
import type { ClusterClient, KubeRequest, KubeResult } from './types'

export interface ClusterClientOptions {
  clock: Clock
  /** For the User-Agent `holdfast/<version>`. */
  version?: string
  /** Connections a lane may have at once; more requests wait for one of them. Default 4. */
  connectionsPerLane?: number
  /** Default: the system's resolver. */
  resolveHost?: ResolveHost
}

const DEFAULT_CONNECT_MS = 5000
/** Lanes of 1,000 clusters with five lanes each; beyond that the oldest one's connections are closed. */
const MAX_CHANNELS = 5000

/**
 * The client for all lanes of the fleet. Each lane keeps a few HTTP/1.1 connections of its own, so that one sick
 * cluster never slows another. Redirects are never followed. No method throws: failure is data.
 */
export function createClusterClient(options: ClusterClientOptions): ClusterClient {
  const { clock } = options
  const channelOptions = {
    clock,
    hosts: new HostMemory(clock, options.resolveHost),
    contexts: new SharedContexts(),
    userAgent: `holdfast/${options.version ?? '0'}`,
    connections: options.connectionsPerLane ?? 4,
  }
  const known = new WeakMap<Lane, LaneChannel>()
  const channels = new Map<string, LaneChannel>()
  const pace = new ConnectPace()
  let closed = false

  /** Lanes of the same content share connections, so that a reloaded fleet keeps its own. */
  const channelOf = (lane: Lane): LaneChannel | undefined => {
    const direct = known.get(lane)
    if (direct || !URL.canParse(lane.endpoint.server)) return direct
    const key = JSON.stringify([lane.endpoint, lane.user])
    const channel = channels.get(key) ?? new LaneChannel(lane, channelOptions)
    channels.delete(key)
    channels.set(key, channel)
    known.set(lane, channel)
    if (channels.size > MAX_CHANNELS) {
      const [oldest] = channels
      if (oldest) {
        channels.delete(oldest[0])
        void oldest[1].close()
      }
    }
    return channel
  }

  const request = async (lane: Lane, kubeRequest: KubeRequest): Promise<KubeResult> => {
    const channel = channelOf(lane)
    const turn = closed || !channel || channel.isConnected ? undefined : pace.pass()
    if (turn) await turn
    const attempt = new Attempt(clock, lane.id, kubeRequest)
    if (closed || !channel) {
      attempt.fail(closed ? new KubeFailure('aborted', 'the client is closed') : notAnAddress())
      return attempt.result
    }
    const limit = deadline(clock, kubeRequest.timeoutMs, kubeRequest.signal)
    const onEnd = () => attempt.fail(endReason(limit.signal.reason))
    let connecting: { clear: () => void } | undefined
    if (limit.signal.aborted) onEnd()
    else limit.signal.addEventListener('abort', onEnd, { once: true })
    try {
      if (!attempt.settled) {
        await channel.send(attempt, kubeRequest, limit.signal)
        if (!attempt.started && !attempt.settled) connecting = watchConnect(attempt, kubeRequest)
        const result = await attempt.result
        if (result.status === 401) channel.rejected()
        return result
      }
    } catch (error) {
      attempt.fail(limit.signal.aborted ? endReason(limit.signal.reason) : asFailure(error))
    } finally {
      connecting?.clear()
      limit.signal.removeEventListener('abort', onEnd)
      limit.clear()
    }
    return attempt.result
  }

  const watchConnect = (attempt: Attempt, { connectTimeoutMs = DEFAULT_CONNECT_MS }: KubeRequest) => {
    const limit = deadline(clock, connectTimeoutMs)
    limit.signal.addEventListener('abort', () => {
      if (!attempt.started) attempt.fail(new DeadlineExceeded(connectTimeoutMs))
    })
    return limit
  }

  return {
    request,
    knock: async (lane, timeoutMs) => (closed ? false : (channelOf(lane)?.knock(timeoutMs) ?? false)),
    close: async () => {
      closed = true
      await Promise.all([...channels.values()].map(channel => channel.close()))
      channels.clear()
    },
  }
}

function notAnAddress(): KubeFailure {
  return new KubeFailure('refused', "the server's address is not a URL")
}

function endReason(reason: unknown): unknown {
  return reason instanceof DeadlineExceeded ? reason : new KubeFailure('aborted', 'the caller gave up')
}

/** What fails while a request is put together concerns its credentials or its form, never the server. */
function asFailure(error: unknown): unknown {
  if (error instanceof KubeFailure || (error instanceof Error && 'code' in error)) return error
  return new KubeFailure('credentials', 'the credentials of this lane could not be made')
}
