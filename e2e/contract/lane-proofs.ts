import { expect } from 'vitest'
import type { Lane } from '../../lib/fleet/types'
import type { ClusterClient } from '../../lib/kube/types'
import { PROOF_NAME, proveLane } from '../../lib/probe/prove-lane'
import type { Reply, RequestOptions } from '../controlplane/api'
import { asResponder } from './responders'
import type { Session } from './session'
import type { Assert } from './target'

type Send = (method: 'GET' | 'POST' | 'DELETE', url: string, options: RequestOptions) => Promise<Reply>

const left = `/apis/apps/v1/namespaces/kube-system/daemonsets/${PROOF_NAME}`
const lane: Lane = {
  id: 'ordinary',
  kind: 'ordinary',
  title: 'contract',
  endpoint: { server: 'https://contract.test', insecureSkipTlsVerify: false },
  user: {},
  source: { file: 'contract', context: 'contract' },
}

/** What the daily proof of a way in sends, as those who have the shipped roles, all rights, or none. */
export function specifyLaneProofs(session: () => Session, it: Assert): void {
  const responder = asResponder(session)

  it('proves a way in with the shipped roles by a read and dry-run writes, and leaves nothing behind', async () => {
    const { read, write } = await proveLane(clientOf(responder), lane)
    expect(read, read.detail).toMatchObject({ ok: true, status: 200 })
    expect(write, write.detail).toMatchObject({ ok: true, status: 404 })
    expect((await session().breakGlass.request('GET', left)).status).toBe(404)
  })

  it('proves the break-glass identity by the same requests', async () => {
    const { breakGlass } = session()
    const proof = await proveLane(
      clientOf((...asked) => breakGlass.request(...asked)),
      lane,
    )
    expect([proof.read.ok, proof.write.ok], proof.write.detail).toEqual([true, true])
  })

  it('does not prove the way in of somebody without rights, and says what is missing', async () => {
    const nobody: Send = (method, url, options) =>
      session().breakGlass.request(method, url, {
        ...options,
        headers: { 'impersonate-user': 'contract-nobody' },
      })
    const { read, write } = await proveLane(clientOf(nobody), lane)
    expect([read.ok, write.ok]).toEqual([false, false])
    expect(write).toMatchObject({ status: 403, detail: expect.stringContaining('contract-nobody') })
  })
}

/** Sends what is asked of a lane as one identity of the server under test. */
function clientOf(send: Send): ClusterClient {
  return {
    async request({ id }, { method, path, body }) {
      if (method === 'PUT' || method === 'PATCH') throw new Error(`${method} is no part of a proof`)
      const { status, text } = await send(method, path, { body })
      return {
        outcome: 'answer',
        laneId: id,
        startedAt: 0,
        durationMs: 0,
        status,
        headers: {},
        body: text,
        truncated: false,
        bytes: text.length,
        detail: `HTTP ${status}`,
      }
    },
    knock: async () => true,
    close: async () => {},
  }
}
