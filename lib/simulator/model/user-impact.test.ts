import { describe, expect, it } from 'vitest'
import { createCluster } from './create-cluster'
import { userImpact } from './user-impact'

const cluster = (product: 'chat' | 'api' | 'video', nodes: number, serviceFailure: number) =>
  Object.assign(createCluster({ name: 'c', nodes, seed: 1, product }), { serviceFailure })

describe('userImpact', () => {
  it('weighs a product’s clusters by nodes, and is 0 for a product without clusters', () => {
    const impact = userImpact([cluster('chat', 300, 1), cluster('chat', 100, 0), cluster('api', 100, 0)])
    expect(impact).toEqual({ chat: 0.75, api: 0, video: 0 })
  })

  it('counts only the traffic that stayed', () => {
    const shifted = Object.assign(cluster('chat', 100, 1), { trafficShifted: 0.3 })
    expect(userImpact([shifted]).chat).toBeCloseTo(0.7)
  })

  it('lets every product feel the platform', () => {
    const platform = Object.assign(cluster('chat', 100, 1), { platform: true })
    expect(userImpact([platform, cluster('video', 100, 0)]).video).toBeCloseTo(0.7)
  })
})
