import { describe, expect, it } from 'vitest'
import {
  but,
  calmSample,
  codes,
  refused,
  rejected,
  type Server,
  START,
  textOf,
  Watch,
} from './testing/evidence'

describe('telling causes apart', () => {
  const startedAt = START - 3_600_000

  it('blames callers when reads pile up while hardly any finish, before a canary fails', () => {
    const storm = but({
      canary: () => ({ durationMs: 3000 }),
      metrics: at => ({
        sample: calmSample(at, startedAt, {
          inflightReadOnly: 68,
          requestsByCode: { '200': 180_000 + Math.round((at - START) / 10_000) },
          listsByResource: { pods: 720 },
          etcdRequests: { count: 72_000 + (at - START) / 100, sumSeconds: 360 + (at - START) / 400_000 },
        }),
      }),
    })
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(180, storm)
    expect(verdict).toMatchObject({ state: 'Overloaded', cause: 'callers' })
    expect(textOf(verdict, 'requests.piling')).toBe(
      '69 requests in flight, mostly reads, while 5 a minute finish',
    )
  })

  it('tells rejects and seats of a level in figures, and never those of its own throttle', () => {
    const levels = (at: number) => {
      const t = (at - START) / 1000
      return [
        {
          name: 'workload-low',
          limitSeats: 245,
          executingSeats: 245,
          inqueueRequests: 40,
          dispatchedTotal: 69 * t,
          rejectedTotal: 31 * t,
        },
        {
          name: 'holdfast-throttle',
          limitSeats: 1,
          executingSeats: 1,
          inqueueRequests: 3,
          dispatchedTotal: 0,
          rejectedTotal: 900 * t,
        },
        { name: 'exempt', limitSeats: 0, executingSeats: 50 },
      ]
    }
    const verdict = new Watch().play(
      180,
      but({ metrics: at => ({ sample: calmSample(at, startedAt, { priorityLevels: levels(at) }) }) }),
    )
    expect(verdict).toMatchObject({ state: 'Overloaded', cause: 'callers' })
    expect(textOf(verdict, 'apf.rejecting')).toBe('31 % rejected in workload-low')
    expect(textOf(verdict, 'apf.saturated')).toBe('workload-low holds 245 of 245 seats, 40 requests wait')
    expect(verdict.reasons.some(reason => reason.text.includes('holdfast'))).toBe(false)
  })

  it('blames etcd when it takes most of the time and no crowd is in flight', () => {
    const slow = but({
      canary: () => ({ durationMs: 2500 }),
      readyz: () => ({ status: 500, failedChecks: ['etcd', 'etcd-readiness'] }),
      metrics: at => {
        const t = (at - startedAt) / 1000
        return {
          sample: calmSample(at, startedAt, {
            etcdRequests: { count: 20 * t, sumSeconds: 40 * t },
            requestDuration: { le: [Number.POSITIVE_INFINITY], cumulative: [1], sumSeconds: 50 * t },
            inflightReadOnly: 12,
          }),
        }
      },
    })
    const verdict = new Watch().play(180, slow)
    expect(verdict).toMatchObject({ state: 'Overloaded', cause: 'etcd' })
    expect(textOf(verdict, 'etcd.slow')).toBe('etcd takes 2.0 s a request')
    expect(textOf(verdict, 'etcd.failing')).toContain('etcd, etcd-readiness')
  })

  it('sees a webhook that is down while reads are well', () => {
    const verdict = new Watch().play(
      180,
      but({
        metrics: at => {
          const calls = Math.floor((at - START) / 2000)
          const webhooks = [
            {
              name: 'policy.example.com',
              count: calls,
              sumSeconds: calls * 10,
              rejections: calls,
              callErrors: calls,
            },
          ]
          return { sample: calmSample(at, startedAt, { webhooks }) }
        },
      }),
    )
    expect(verdict).toMatchObject({
      state: 'Strained',
      cause: 'webhook',
      reasons: [{ code: 'webhook.down', severity: 'critical' }],
    })
    expect(verdict.reasons[0]?.text).toContain('policy.example.com')
  })

  it('sees one lost address of several, while the others answer', () => {
    const zone: Server = (probe, at) => {
      if (probe !== 'livez') return probe === 'metrics' ? { sample: calmSample(at) } : {}
      const lane = `direct-${((at - START) / 15_000) % 3 < 1 ? 1 : Math.floor(((at - START) / 15_000) % 3) + 1}`
      return lane === 'direct-2' ? { laneId: lane, ...refused() } : { laneId: lane }
    }
    const watch = new Watch()
    const verdict = watch.play(240, zone)
    expect(verdict).toMatchObject({ state: 'Strained', cause: 'zone', reasons: [{ code: 'zone.lost' }] })
    expect(verdict.reasons[0]?.text).toMatch(
      /^direct-2 \(refused\) does not answer for .*; 2 other API servers do$/,
    )
  })

  it('takes one restart as news and a crash loop as trouble', () => {
    const watch = new Watch()
    watch.play(60)
    const second = watch.now
    const verdict = watch.play(120, but({ metrics: at => ({ sample: calmSample(at, second) }) }))
    expect(verdict).toMatchObject({
      state: 'Healthy',
      reasons: [{ code: 'server.restarted', severity: 'info' }],
    })
    const third = watch.now
    const looping = watch.play(60, but({ metrics: at => ({ sample: calmSample(at, third) }) }))
    expect(looping).toMatchObject({ state: 'Strained', cause: 'server' })
  })

  it('has no opinion on what only DNS knows: the API is healthy', () => {
    expect(new Watch().play(300)).toMatchObject({ state: 'Healthy', reasons: [] })
  })

  it('stays with the cause that was seen first: in the end everything is slow and restarts', () => {
    const watch = new Watch()
    watch.play(60)
    const storm = but({
      metrics: at => ({
        sample: calmSample(at, startedAt, { residentBytes: at < START + 110_000 ? 1.5e9 : 30e9 }),
      }),
    })
    expect(watch.play(120, storm)).toMatchObject({ state: 'Strained', cause: 'callers' })
    const failing = () => ({ status: 500, failedChecks: ['etcd'] })
    const verdict = watch.play(
      120,
      but({ canary: rejected, readyz: failing, livez: failing, metrics: () => undefined }),
    )
    expect(verdict).toMatchObject({ state: 'LockedOut', cause: 'callers' })
    expect(codes(verdict)).toContain('etcd.failing')
    expect(watch.play(600)).toMatchObject({ state: 'Healthy', cause: undefined })
  })
})
