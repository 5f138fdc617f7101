import { describe, expect, it } from 'vitest'
import { buildStatusPage } from './build-status-page'
import { productStatus } from './product-status'
import { carryIncident, type PublicFacts } from './public-incident'
import { toStatuspageSummary } from './to-statuspage'

const NOW = Date.parse('2024-12-11T23:16:00Z')
const chat = (status: PublicFacts['components'][number]['status']): PublicFacts => ({
  components: [{ id: 'chat', name: 'Chat', status }],
  causeKnown: false,
  fixLanding: false,
})

describe('productStatus', () => {
  it('weighs by nodes and ignores other products', () => {
    const clusters = [
      { products: ['chat'], nodes: 900, resolvable: 1 },
      { products: ['chat'], nodes: 100, resolvable: 0 },
      { products: ['api'], nodes: 5_000, resolvable: 0 },
    ]
    expect(productStatus('chat', clusters)).toBe('degraded_performance')
    expect(productStatus('api', clusters)).toBe('major_outage')
    expect(productStatus('video', clusters)).toBe('operational')
  })
})

describe('carryIncident', () => {
  it('begins when customers feel it, tells each stage once and ends after five calm minutes', () => {
    expect(carryIncident(undefined, chat('operational'), NOW, undefined)).toBeUndefined()
    const begun = carryIncident(undefined, chat('degraded_performance'), NOW, undefined)
    const known = carryIncident(begun, { ...chat('major_outage'), causeKnown: true }, NOW + 60_000, undefined)
    const again = carryIncident(known, chat('major_outage'), NOW + 61_000, undefined)
    const fixing = carryIncident(
      again,
      { ...chat('operational'), fixLanding: true },
      NOW + 120_000,
      NOW + 120_000,
    )
    const done = carryIncident(fixing, chat('operational'), NOW + 420_000, NOW + 120_000)
    expect(done?.updates.map(update => update.status)).toEqual([
      'resolved',
      'monitoring',
      'identified',
      'investigating',
    ])
    expect(done).toMatchObject({
      impact: 'critical',
      affects: ['Chat'],
      resolvedAt: new Date(NOW + 420_000).toISOString(),
    })
    expect(carryIncident(done, chat('operational'), NOW + 500_000, NOW)).toBe(done)
  })
})

describe('buildStatusPage', () => {
  const facts = {
    title: 'Acme',
    simulated: true,
    known: true,
    products: [{ id: 'chat', name: 'Chat', description: '', status: 'partial_outage' as const }],
    days: [
      { product: 'chat', day: '2024-12-11', watchedSeconds: 1_000, degradedSeconds: 0, outageSeconds: 250 },
    ],
    incidents: [],
  }

  it('shows no data as no data and counts uptime over watched time only', () => {
    const [component] = buildStatusPage(facts, NOW).components
    expect(component).toMatchObject({ uptime: 0.75, daysWatched: 1 })
    expect(component?.days).toHaveLength(90)
    expect(component?.days.filter(day => day.status !== null)).toEqual([
      { day: '2024-12-11', status: 'major_outage' },
    ])
  })

  it('does not call a fleet well that it cannot see', () => {
    const page = buildStatusPage(
      {
        ...facts,
        known: false,
        products: [
          { ...facts.products[0], id: 'chat', name: 'Chat', description: '', status: 'operational' },
        ],
      },
      NOW,
    )
    expect(page.headline).toBe('The state is not known right now')
  })

  it('speaks the Statuspage format', () => {
    const summary = toStatuspageSummary(buildStatusPage(facts, NOW), 'http://localhost/status')
    expect(summary).toMatchObject({
      page: { name: 'Acme', time_zone: 'Etc/UTC' },
      status: { indicator: 'major', description: 'Partial System Outage' },
      components: [{ id: 'chat', status: 'partial_outage', group_id: null, position: 1 }],
      incidents: [],
      scheduled_maintenances: [],
    })
  })
})
