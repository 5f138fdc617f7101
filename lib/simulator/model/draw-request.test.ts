import { describe, expect, it } from 'vitest'
import { createCluster } from './create-cluster'
import { drawRequest } from './draw-request'
import * as levers from './levers'
import { seededRandom } from './random'
import { stepCluster } from './step-cluster'
import type { ModelCluster, ModelRequest, RequestOutcome } from './types'

const small: ModelRequest = { lane: 'ordinary', verb: 'get', path: '', megabytes: 0, timeoutSeconds: 10 }

function draws(cluster: ModelCluster, request: Partial<ModelRequest>, count = 400): RequestOutcome[] {
  const random = seededRandom(11)
  return Array.from({ length: count }, () => drawRequest(cluster, { ...small, ...request }, random))
}
const shareOf = (outcomes: RequestOutcome[], outcome: RequestOutcome['outcome']) =>
  outcomes.filter(drawn => drawn.outcome === outcome).length / outcomes.length
const percentile = (outcomes: RequestOutcome[], p: number) =>
  outcomes.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b)[Math.floor(outcomes.length * p)] ?? 0

function cluster(nodes = 500, seatsPerList: 1 | 10 = 1): ModelCluster {
  return createCluster({ name: 'c', nodes, seed: 2, seatsPerList })
}
function settled(seconds: number, subject: ModelCluster): ModelCluster {
  for (let second = 0; second < seconds; second++) stepCluster(subject)
  return subject
}

describe('a calm cluster', () => {
  it('answers every small request with 200, in milliseconds', () => {
    const calm = settled(60, cluster())
    for (const lane of ['exempt', 'ordinary', 'node', 'controller', 'sa', 'telemetry'] as const) {
      const drawn = draws(calm, { lane })
      expect(shareOf(drawn, 200)).toBe(1)
      expect(percentile(drawn, 0.95)).toBeLessThan(40)
    }
    expect(shareOf(draws(calm, { verb: 'probe', path: '/readyz' }), 200)).toBe(1)
    expect(percentile(draws(calm, { verb: 'metrics', path: '/metrics' }), 0.5)).toBeGreaterThan(40)
  })

  it('takes the measured second and a half for 70 MB', () => {
    expect(percentile(draws(settled(10, cluster()), { verb: 'list', megabytes: 70.8 }), 0.5)).toBeCloseTo(
      1550,
      -2,
    )
  })
})

describe('faults', () => {
  it('refuses on a server that is down, and finds another through the balancer after ten seconds', () => {
    const subject = settled(5, cluster())
    levers.loseZone(subject)
    expect(shareOf(draws(subject, { server: 0 }), 'refused')).toBe(1)
    expect(shareOf(draws(subject, {}), 'refused')).toBeCloseTo(1 / 3, 1)
    settled(11, subject)
    expect(shareOf(draws(subject, {}), 200)).toBe(1)
    expect(shareOf(draws(subject, { server: 0 }), 'refused')).toBe(1)
  })

  it('fails writes after ten seconds when a webhook is down, and nothing else', () => {
    const subject = settled(5, cluster())
    levers.setWebhookDown(subject, 1)
    const writes = draws(subject, { verb: 'write', timeoutSeconds: 30 })
    expect(shareOf(writes, 500)).toBe(1)
    expect(writes[0]?.message).toContain('failed calling webhook')
    expect(percentile(writes, 0.01)).toBeGreaterThan(10_000)
    expect(shareOf(draws(subject, { verb: 'write' }), 'timeout')).toBe(1)
    expect(shareOf(draws(subject, {}), 200)).toBe(1)
  })

  it('shows slow etcd in reads, twice in writes, and in /readyz', () => {
    const subject = settled(5, cluster())
    levers.setEtcdSlow(subject, 0.6)
    settled(5, subject)
    expect(percentile(draws(subject, {}), 0.5)).toBeGreaterThan(300)
    expect(percentile(draws(subject, { verb: 'write' }), 0.5)).toBeGreaterThan(650)
    const ready = draws(subject, { verb: 'probe', path: '/readyz' })
    expect(shareOf(ready, 500)).toBeGreaterThan(0.2)
    expect(shareOf(ready, 500)).toBeLessThan(0.45)
    expect(ready.find(({ outcome }) => outcome === 500)?.failedChecks).toEqual(['etcd'])
  })

  it('keeps requests waiting while etcd is away, as measured, and serves them when it is back', () => {
    const subject = settled(5, cluster())
    const away = (seconds: number) =>
      Object.assign(subject, { etcdUp: false, etcdUpAt: subject.second + seconds })
    away(20)
    const patient = draws(subject, { verb: 'write', timeoutSeconds: 65 })
    expect(shareOf(patient, 200)).toBe(1)
    expect(percentile(patient, 0)).toBeGreaterThan(20_000)
    expect(percentile(patient, 0.99)).toBeLessThan(22_000)
    expect(shareOf(draws(subject, {}), 'timeout')).toBe(1)
    away(50)
    expect(shareOf(draws(subject, { timeoutSeconds: 65 }), 200)).toBe(1)
    const late = draws(subject, { verb: 'write', timeoutSeconds: 65 })
    expect(shareOf(late, 504)).toBe(1)
    expect(percentile(late, 0.5)).toBe(34_000)
    expect(draws(subject, { verb: 'probe', path: '/readyz' }, 1)[0]).toMatchObject({
      outcome: 500,
      failedChecks: ['etcd'],
    })
    // Liveness ends the server before etcd is back, and what waits in it.
    for (const server of subject.servers) server.sickSeconds = 60
    expect(shareOf(draws(subject, { timeoutSeconds: 65 }), 'timeout')).toBe(1)
  })

  it('forbids the agents when their rights are revoked, and nobody else', () => {
    const subject = settled(5, cluster())
    levers.revoke(subject)
    expect(shareOf(draws(subject, { lane: 'telemetry' }), 403)).toBe(1)
    expect(shareOf(draws(subject, { lane: 'sa' }), 200)).toBe(1)
    levers.restoreRights(subject)
    expect(shareOf(draws(subject, { lane: 'telemetry' }), 200)).toBe(1)
  })

  it('rejects the agents with Retry-After when their level rejects', () => {
    const subject = settled(5, cluster())
    levers.reject(subject, 0)
    expect(shareOf(draws(subject, { lane: 'telemetry' }), 200)).toBe(1)
    subject.agents = subject.nodes
    const drawn = draws(subject, { lane: 'telemetry' })
    expect(shareOf(drawn, 429)).toBeGreaterThan(0.85)
    expect(drawn.find(({ outcome }) => outcome === 429)?.retryAfterSeconds).toBe(1)
    levers.liftReject(subject)
    expect(shareOf(draws(subject, { lane: 'telemetry' }), 200)).toBe(1)
  })

  it('lets only nodes feel a blocked network', () => {
    const subject = settled(5, cluster())
    levers.block(subject, 1)
    expect(shareOf(draws(subject, { lane: 'node' }), 'timeout')).toBe(1)
    expect(shareOf(draws(subject, {}), 200)).toBe(1)
  })

  it('answers 403 and /readyz informer-sync right after a start', () => {
    const subject = settled(5, cluster())
    for (let i = 0; i < 3; i++) levers.restart(subject, i)
    settled(9, subject)
    expect(shareOf(draws(subject, {}), 403)).toBe(1)
    expect(shareOf(draws(subject, { lane: 'exempt' }), 200)).toBe(1)
    expect(draws(subject, { verb: 'probe', path: '/readyz' })[0]?.failedChecks).toEqual(['informer-sync'])
    expect(shareOf(draws(subject, { verb: 'probe', path: '/livez' }), 200)).toBe(1)
  })
})

describe('agents that read slowly', () => {
  const reading = (megabytesPerSecond: number) => {
    const subject = createCluster({
      name: 'c',
      nodes: 60,
      seed: 3,
      servers: 1,
      inflightLimit: 18,
      podsPerNode: 100,
    })
    subject.agentTarget = 60
    subject.agents = 60
    subject.agentPeriodSeconds = 10
    subject.agentTimeoutSeconds = 60
    subject.agentMegabytesPerSecond = megabytesPerSecond
    return settled(120, subject)
  }

  it('hold seats without a core: their level waits for seconds, everybody else is served at once', () => {
    const slow = reading(1)
    expect(slow.servers[0]?.coresInUse).toBeLessThan(1)
    expect(slow.servers[0]?.runningLists).toBeGreaterThan(5)
    const served = (lane: ModelRequest['lane']) => percentile(draws(slow, { lane, timeoutSeconds: 60 }), 0.9)
    expect(served('sa')).toBeGreaterThan(5000)
    expect(served('ordinary')).toBeLessThan(200)
    expect(served('exempt')).toBeLessThan(200)
    const quick = reading(Number.POSITIVE_INFINITY)
    expect(percentile(draws(quick, { lane: 'sa', timeoutSeconds: 60 }), 0.9)).toBeLessThan(2500)
  })
})

describe('lock-out', () => {
  it('fails most ordinary requests, by every kind of failure, while an exempt one lands now and then', () => {
    const subject = createCluster({ name: 'c', nodes: 2000, seed: 7, seatsPerList: 1, podsPerNode: 26 })
    levers.applyDaemonSet(subject)
    settled(900, subject)
    const random = seededRandom(3)
    const seen: RequestOutcome[] = []
    const exempt: RequestOutcome[] = []
    for (let second = 0; second < 1800; second++) {
      stepCluster(subject)
      seen.push(drawRequest(subject, small, random))
      exempt.push(drawRequest(subject, { ...small, lane: 'exempt', verb: 'write' }, random))
    }
    expect(shareOf(seen, 200)).toBeLessThan(0.3)
    for (const outcome of ['timeout', 'refused'] as const)
      expect(shareOf(seen, outcome)).toBeGreaterThan(0.02)
    expect(shareOf(exempt, 200)).toBeGreaterThan(0.005)
  })
})
