import { describe, expect, it } from 'vitest'
import { countNodes } from './count-nodes'
import { laneTo } from './test-server'
import type { ClusterClient, KubeResult } from './types'

/** A server with `nodes` nodes that pages like the API server; `remaining` says whether it counts what is left. */
function serverWith(nodes: number, remaining: boolean, fail?: Partial<KubeResult>): ClusterClient {
  return {
    knock: async () => true,
    close: async () => {},
    request: async (lane, { path }) => {
      const query = new URL(path, 'https://h').searchParams
      const from = Number(query.get('continue') ?? 0)
      const to = Math.min(nodes, from + Number(query.get('limit')))
      const metadata =
        to < nodes ? { continue: String(to), ...(remaining && { remainingItemCount: nodes - to }) } : {}
      const body = JSON.stringify({
        kind: 'PartialObjectMetadataList',
        metadata,
        items: Array(to - from).fill({}),
      })
      const common = {
        startedAt: 0,
        durationMs: 1,
        headers: {},
        truncated: false,
        bytes: body.length,
        detail: '',
      }
      return { ...common, outcome: 'answer', laneId: lane.id, status: 200, body, ...fail }
    },
  }
}

const lane = laneTo('https://h', undefined)
const limits = { timeoutMs: 1000 }

describe('countNodes', () => {
  it('takes one request where the server counts what remains', async () => {
    expect(await countNodes(serverWith(7500, true), lane, limits)).toEqual({ count: 7500, requests: 1 })
    expect(await countNodes(serverWith(1, true), lane, limits)).toEqual({ count: 1, requests: 1 })
    expect(await countNodes(serverWith(0, true), lane, limits)).toEqual({ count: 0, requests: 1 })
  })

  it('pages through where the server does not', async () => {
    expect(await countNodes(serverWith(1201, false), lane, limits)).toEqual({ count: 1201, requests: 4 })
  })

  it.each([
    [{ outcome: 'timeout', status: 0 }],
    [{ status: 403 }],
    [{ body: '{"items":[' }],
    [{ truncated: true }],
  ] as const)('hands over what told nothing: %j', async fail => {
    expect(await countNodes(serverWith(3, true, fail), lane, limits)).toMatchObject({
      failed: fail,
      requests: 1,
    })
  })
})
