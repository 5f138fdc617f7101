import { describe, expect, it } from 'vitest'
import { drawOverload } from './draw-overload'
import { quantile, spreadOf } from './latency'
import { overloadSeries, type Series } from './overload-series'
import { type Machine, predictStep } from './predict-step'

const machine: Machine = { cores: 2, nodes: 60, pods: 6060, listSeconds: 0.5, listMegabytes: 20 }
const series = (name: string): Series =>
  overloadSeries.find(one => one.name === name) ?? expect.fail(`no series ${name}`)
const medians = (name: string, callers: number) => {
  const { askers } = predictStep(machine, series(name), callers)
  return {
    user: askers.user.p50Ms ?? 0,
    account: askers.account.p50Ms ?? 0,
    exempt: askers.exempt.p50Ms ?? 0,
  }
}

describe('what the model says of a machine', () => {
  it('is milliseconds for everybody while nobody lists', () => {
    for (const { name } of overloadSeries)
      for (const median of Object.values(medians(name, 0))) expect(median).toBeLessThan(20)
  })

  it('is as slow past the queues as in them where CPU is what runs out', () => {
    const { user, exempt } = medians('stock', 32)
    expect(user).toBeGreaterThan(50)
    expect(exempt / user).toBeCloseTo(1, 0)
  })

  it('locks out only the level whose seats slow readers hold', () => {
    const { user, account, exempt } = medians('slow-readers', 64)
    expect(account).toBeGreaterThan(2000)
    expect(Math.max(user, exempt)).toBeLessThan(100)
  })
})

describe('figures', () => {
  it('take the nearest rank, and count what was not answered by name', () => {
    expect(quantile([], 0.5)).toBeNull()
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2)
    expect(quantile([3, 1, 2, 4], 0.95)).toBe(4)
    const samples = [200, 200, 429, 0].map(status => ({ at: 0, seconds: 0.01, status }))
    expect(spreadOf(samples)).toEqual({
      samples: 4,
      p50Ms: 10,
      p95Ms: 10,
      codes: { 200: 2, 429: 1, none: 1 },
    })
  })

  it('are drawn with a panel a series and a dot for each measured median', () => {
    const figures = [0, 8].map(callers => {
      const predicted = predictStep(machine, series('stock'), callers)
      const measured = { ...predicted, listP50Seconds: null, lists: {}, executingSeats: 0 }
      return { series: 'stock', callers, measured, predicted }
    })
    const svg = drawOverload(figures)
    expect(svg.match(/<g>/g)).toHaveLength(1)
    expect(svg.match(/<circle[^>]*r="3.2"/g)).toHaveLength(2 * 4)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })
})
