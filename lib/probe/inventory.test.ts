import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import type { JobContext } from './probe-job'
import { runCorefile, runLease, runVersion, runWorkloads } from './run-inventory'
import { runMetrics } from './run-metrics'
import { FakeClusterClient, type FakeReply, fakeCluster } from './testing/fake-cluster-client'
import type { InventoryFact, Observation } from './types'

async function run(
  job: (context: JobContext) => Promise<unknown>,
  reply: FakeReply,
  memory: JobContext['memory'] = {},
) {
  const clock = new FakeClock(1_700_000_000_000)
  const client = new FakeClusterClient(clock, () => reply)
  const cluster = fakeCluster('one')
  const facts: InventoryFact[] = []
  const observations: Observation[] = []
  const [lane] = cluster.lanes
  if (!lane) throw new Error('no lane')
  const outcome = job({
    cluster,
    lane,
    ask: (to, ask) => client.request(to, { method: 'GET', ...ask }),
    observe: o => observations.push(o),
    learn: fact => facts.push(fact),
    memory,
  })
  await clock.advance(60_000)
  return { outcome: await outcome, facts, observations, request: client.requests[0]?.request }
}

const daemonSet = {
  metadata: {
    name: 'telemetry',
    namespace: 'observability',
    uid: 'u1',
    generation: 4,
    resourceVersion: '77',
    creationTimestamp: '2024-12-10T08:00:00Z',
    labels: { app: 'telemetry', bad: 7, long: 'x'.repeat(5000) },
    annotations: {
      'argocd.argoproj.io/tracking-id': 'a:b',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    },
    managedFields: [
      { manager: 'argocd', time: '2024-12-11T22:51:00Z' },
      { manager: 'kube-controller-manager', time: '2024-12-11T23:59:00Z' },
      { manager: 'x', subresource: 'status', time: '2024-12-11T23:59:30Z' },
    ],
  },
  spec: {
    template: { spec: { serviceAccountName: 'telemetry', containers: [{ image: 'r/t:2' }, { image: 7 }] } },
  },
  status: { desiredNumberScheduled: 2000, numberReady: 1990 },
}

describe('runWorkloads', () => {
  it('reads DaemonSets whole, with every string bounded and owners kept', async () => {
    const { facts, request } = await run(c => runWorkloads('DaemonSet', c), {
      body: JSON.stringify({ metadata: { continue: 'more' }, items: [daemonSet, { metadata: {} }, null] }),
    })
    expect(request).toMatchObject({
      path: '/apis/apps/v1/daemonsets?limit=250',
      accept: undefined,
      maxBytes: 2 << 20,
    })
    expect(facts).toEqual([
      {
        fact: 'workloads',
        kind: 'DaemonSet',
        clusterId: 'one',
        laneId: 'ordinary',
        at: 1_700_000_000_000,
        truncated: true,
        workloads: [
          {
            kind: 'DaemonSet',
            namespace: 'observability',
            name: 'telemetry',
            uid: 'u1',
            generation: 4,
            resourceVersion: '77',
            createdAt: Date.parse('2024-12-10T08:00:00Z'),
            changedAt: Date.parse('2024-12-11T22:51:00Z'),
            labels: { app: 'telemetry', long: 'x'.repeat(256) },
            annotations: { 'argocd.argoproj.io/tracking-id': 'a:b' },
            images: ['r/t:2'],
            serviceAccountName: 'telemetry',
            desiredNumberScheduled: 2000,
            numberReady: 1990,
            object: { ...daemonSet, metadata: { ...daemonSet.metadata, managedFields: undefined } },
          },
        ],
      },
    ])
  })

  it('reads the other kinds as metadata only, and DaemonSets too once they are too large', async () => {
    const deployments = await run(c => runWorkloads('Deployment', c), { body: '{"items":null}' })
    expect(deployments.request?.accept).toContain('as=PartialObjectMetadataList')
    expect(deployments.facts).toMatchObject([{ workloads: [], truncated: false }])
    const memory = {}
    const large = await run(
      c => runWorkloads('DaemonSet', c),
      { body: '{"items":[{"meta', truncated: true },
      memory,
    )
    expect(large.facts).toEqual([])
    expect(large.observations[0]?.detail).toContain('too large')
    const next = await run(c => runWorkloads('DaemonSet', c), { body: '{"items":[]}' }, memory)
    expect(next.request?.accept).toContain('as=PartialObjectMetadataList')
  })

  it.each(['', 'null', '[]', '{"items":{}}', '<html>'])('learns nothing from %j and says so', async body => {
    const { facts, observations, outcome } = await run(c => runWorkloads('StatefulSet', c), { body })
    expect(facts).toEqual([])
    expect(observations[0]).toMatchObject({
      probe: 'inventory',
      status: 200,
      detail: expect.stringContaining('could not be read'),
    })
    expect(outcome).toMatchObject({ failed: true })
  })
})

describe('the small objects', () => {
  it('reads the version', async () => {
    const { facts } = await run(runVersion, { body: '{"gitVersion":"v1.31.0","platform":"linux/arm64"}' })
    expect(facts).toMatchObject([{ fact: 'version', gitVersion: 'v1.31.0', platform: 'linux/arm64' }])
  })

  it('reads a Corefile as it stands, and knows the difference between absent and unknown', async () => {
    const job = (c: JobContext) => runCorefile('node-local-dns', c)
    const body = '{"metadata":{"resourceVersion":"5"},"data":{"Corefile":".:53 {\\n}\\n","other":1}}'
    expect((await run(job, { body })).facts).toMatchObject([
      { fact: 'corefile', name: 'node-local-dns', corefile: '.:53 {\n}\n', resourceVersion: '5' },
    ])
    const absent = await run(job, { status: 404, body: '{}' })
    expect(absent.facts).toEqual([
      {
        fact: 'corefile',
        name: 'node-local-dns',
        clusterId: 'one',
        laneId: 'ordinary',
        at: expect.any(Number),
      },
    ])
    expect(absent.outcome).toEqual({ failed: false })
    expect((await run(job, { status: 403, body: '{}' })).facts).toEqual([])
    expect((await run(job, { body: '{"metadata":{},"data":{}}' })).facts).toEqual([])
  })

  it('reads when the controller manager renewed its lease', async () => {
    const body = '{"spec":{"holderIdentity":"m1_x","renewTime":"2024-12-11T23:00:00.123456Z"}}'
    expect((await run(runLease, { body })).facts).toMatchObject([
      { fact: 'controller-manager', renewAt: Date.parse('2024-12-11T23:00:00.123Z'), holder: 'm1_x' },
    ])
    expect((await run(runLease, { body: '{"spec":{}}' })).facts).toMatchObject([
      { renewAt: undefined, holder: undefined },
    ])
    expect((await run(runLease, { outcome: 'refused' })).facts).toEqual([])
  })
})

describe('runMetrics', () => {
  it('hands over the sample of a whole text, and marks one that was cut', async () => {
    const body = 'process_cpu_seconds_total 12\ngo_goroutines 5\n'
    const whole = await run(runMetrics, { body })
    expect(whole.observations[0]?.sample).toMatchObject({
      cpuSecondsTotal: 12,
      goroutines: 5,
      cut: undefined,
    })
    const cut = await run(runMetrics, { body, truncated: true })
    expect(cut.observations[0]?.sample).toMatchObject({ cpuSecondsTotal: 12, cut: true })
  })

  it('has no sample without metrics', async () => {
    for (const reply of [{ status: 403, body: 'no' }, { body: '<html>' }, { outcome: 'reset' as const }]) {
      const { observations } = await run(runMetrics, reply)
      expect(observations).toHaveLength(1)
      expect(observations[0]?.sample).toBeUndefined()
    }
  })
})
