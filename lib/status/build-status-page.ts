import type { ComponentStatusDto, StatusPageDto } from '../wire/status'
import { indicatorOf } from './product-status'
import { listed } from './public-incident'

const DAYS = 90
const DAY_MS = 86_400_000

export interface DaySeconds {
  product: string
  /** `YYYY-MM-DD`, UTC. */
  day: string
  watchedSeconds: number
  degradedSeconds: number
  outageSeconds: number
}

export interface StatusFacts {
  title: string
  simulated: boolean
  /** False when too little of the fleet is known to speak for it. */
  known: boolean
  products: { id: string; name: string; description: string; status: ComponentStatusDto }[]
  days: DaySeconds[]
  incidents: StatusPageDto['incidents']
}

/** The public page from what is known at `now` (epoch ms). Days without data stay without data. */
export function buildStatusPage(facts: StatusFacts, now: number): StatusPageDto {
  const firstDay = now - (DAYS - 1) * DAY_MS
  const byKey = new Map(facts.days.map(row => [`${row.product} ${row.day}`, row]))
  const components = facts.products.map(product => {
    const days = Array.from({ length: DAYS }, (_, i) => {
      const day = new Date(firstDay + i * DAY_MS).toISOString().slice(0, 10)
      return { day, row: byKey.get(`${product.id} ${day}`) }
    })
    const rows = days.flatMap(({ row }) => (row && row.watchedSeconds > 0 ? [row] : []))
    const watched = rows.reduce((sum, row) => sum + row.watchedSeconds, 0)
    const out = rows.reduce((sum, row) => sum + row.outageSeconds, 0)
    return {
      ...product,
      days: days.map(({ day, row }) => ({ day, status: row ? dayStatus(row) : null })),
      uptime: watched > 0 ? 1 - out / watched : null,
      daysWatched: rows.length,
    }
  })
  const { products: _products, days: _days, ...rest } = facts
  return {
    ...rest,
    at: new Date(now).toISOString(),
    components,
    indicator: indicatorOf(facts.products.map(product => product.status)),
    ...words(facts),
  }
}

function dayStatus(row: DaySeconds): ComponentStatusDto | null {
  if (row.watchedSeconds === 0) return null
  if (row.outageSeconds > 60) return 'major_outage'
  return row.degradedSeconds > 60 ? 'degraded_performance' : 'operational'
}

function words({ known, products, incidents }: StatusFacts): { headline: string; summary: string } {
  const failing = products.filter(product => product.status !== 'operational').map(product => product.name)
  const current = incidents.find(incident => incident.status !== 'resolved')
  const summary = current?.updates[0]?.body ?? ''
  if (!known && failing.length === 0)
    return {
      headline: 'The state is not known right now',
      summary: 'We cannot see enough of our systems to speak for them.',
    }
  if (failing.length === 0)
    return current
      ? { headline: 'Products are recovering', summary }
      : { headline: 'All products work as usual', summary: 'No incident is open.' }
  return { headline: `Some ${listed(failing)} requests fail`, summary }
}
