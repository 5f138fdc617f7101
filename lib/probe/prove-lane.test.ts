import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import type { KubeRequest } from '../kube/types'
import { PROOF_NAME, proveLane } from './prove-lane'
import { FakeClusterClient, type FakeReply, fakeCluster } from './testing/fake-cluster-client'

const [lane] = fakeCluster('c').lanes

async function prove(answers: Partial<Record<KubeRequest['method'], FakeReply>>) {
  const clock = new FakeClock()
  const client = new FakeClusterClient(
    clock,
    (_, { method }) => answers[method] ?? { status: { GET: 200, POST: 201, DELETE: 404 }[method as 'GET'] },
  )
  if (!lane) throw new Error('no lane')
  const proving = proveLane(client, lane)
  await clock.advance(60_000)
  return { proof: await proving, sent: client.requests.map(({ request }) => request) }
}

describe('proving a lane', () => {
  it('reads, then writes as dry runs only, of a name that nothing has', async () => {
    const { proof, sent } = await prove({})
    expect(proof.read.ok && proof.write.ok).toBe(true)
    expect(proof).toMatchObject({ laneId: 'ordinary', server: 'https://127.0.0.1:1', context: 'c' })
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/namespaces/kube-system',
      'POST /apis/apps/v1/namespaces/kube-system/daemonsets?dryRun=All',
      `DELETE /apis/apps/v1/namespaces/kube-system/daemonsets/${PROOF_NAME}`,
    ])
    expect(sent[2]?.body).toMatchObject({ dryRun: ['All'] })
  })

  it('tells who may read but not write', async () => {
    const body = JSON.stringify({ message: 'daemonsets.apps is forbidden' })
    const { proof, sent } = await prove({ POST: { status: 403, body } })
    expect(proof.read.ok).toBe(true)
    expect(proof.write).toMatchObject({
      ok: false,
      status: 403,
      detail: expect.stringContaining('forbidden'),
    })
    expect(sent).toHaveLength(2)
  })

  it('wants the right to delete too', async () => {
    const { proof } = await prove({ DELETE: { status: 403, body: 'no JSON' } })
    expect(proof.write).toMatchObject({ ok: false, status: 403 })
  })

  it('sends no write over a lane that does not let it in', async () => {
    for (const reply of [{ status: 401 }, { status: 429 }, { outcome: 'refused' as const }]) {
      const { proof, sent } = await prove({ GET: reply })
      expect(proof.read.ok || proof.write.ok).toBe(false)
      expect(sent).toHaveLength(1)
    }
  })

  it('says so when a dry run was carried out on the way', async () => {
    for (const answers of [{ POST: { status: 409 } }, { DELETE: { status: 200 } }]) {
      const { proof } = await prove(answers)
      expect(proof.write.ok).toBe(false)
      expect(proof.write.detail).toContain(PROOF_NAME)
    }
  })
})
