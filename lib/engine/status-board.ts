import type { FuseTracker } from '../dns/fuse/fuse-tracker'
import { buildStatusPage, type DaySeconds } from '../status/build-status-page'
import { productStatus } from '../status/product-status'
import { carryIncident } from '../status/public-incident'
import type { UptimeStore } from '../store/uptime-store'
import type { StatusPageDto } from '../wire/status'
import type { ClusterRecord } from './cluster-record'

export interface BoardProduct {
  id: string
  name: string
  description: string
}

const SAVE_EVERY_MS = 60_000
const PAST_KEPT = 20

/** Keeps what the public page needs: each product's seconds by status, and the public incident. */
export class StatusBoard {
  #days = new Map<string, DaySeconds>()
  #unsaved = new Map<string, DaySeconds>()
  #incidents: StatusPageDto['incidents'] = []
  #statuses = new Map<string, StatusPageDto['components'][number]['status']>()
  #calmSince: number | undefined
  #lastAt: number | undefined
  #savedAt = 0
  #known = false

  constructor(
    private readonly products: BoardProduct[],
    private readonly facts: { title: string; simulated: boolean },
  ) {}

  load(rows: DaySeconds[]): void {
    for (const row of rows) this.#days.set(`${row.product} ${row.day}`, row)
  }

  reset(): void {
    this.#days.clear()
    this.#unsaved.clear()
    this.#incidents = []
    this.#lastAt = undefined
    this.#calmSince = undefined
  }

  update(
    records: Iterable<ClusterRecord>,
    fuses: FuseTracker,
    progress: { causeKnown: boolean; fixLanding: boolean },
    now: number,
  ): void {
    const all = [...records]
    const serving = all.map(record => ({
      products: record.cluster.products,
      nodes: record.nodes ?? 1,
      resolvable: fuses.fuse(record.cluster.id, now)?.resolvable.p50 ?? 1,
    }))
    this.#known = all.some(record => record.verdict.state !== 'Unknown')
    const seconds = this.#lastAt === undefined ? 0 : Math.max(0, Math.min(60, (now - this.#lastAt) / 1000))
    this.#lastAt = now
    const components = this.products.map(product => {
      const status = productStatus(product.id, serving)
      this.#statuses.set(product.id, status)
      if (this.#known && seconds > 0) this.#count(product.id, status, seconds, now)
      return { id: product.id, name: product.name, status }
    })
    const calm = components.every(component => component.status === 'operational')
    this.#calmSince = calm ? (this.#calmSince ?? now) : undefined
    const [latest, ...past] = this.#incidents
    const open = latest?.status !== 'resolved' ? latest : undefined
    const next = carryIncident(open, { components, ...progress }, now, this.#calmSince)
    if (next && next !== open)
      this.#incidents = [next, ...(open ? past : this.#incidents)].slice(0, PAST_KEPT)
  }

  page(now: number): StatusPageDto {
    return buildStatusPage(
      {
        ...this.facts,
        known: this.#known,
        products: this.products.map(product => ({
          ...product,
          status: this.#statuses.get(product.id) ?? 'operational',
        })),
        days: [...this.#days.values()],
        incidents: this.#incidents,
      },
      now,
    )
  }

  /** Adds what was counted to the database once a minute of wall time. */
  async save(store: UptimeStore, wallNow: number): Promise<void> {
    if (wallNow - this.#savedAt < SAVE_EVERY_MS) return
    this.#savedAt = wallNow
    for (const [key, row] of [...this.#unsaved]) {
      const whole = (value: number) => Math.round(value)
      // Counting goes on while it is written.
      this.#unsaved.delete(key)
      try {
        await store.add({
          ...row,
          watchedSeconds: whole(row.watchedSeconds),
          degradedSeconds: whole(row.degradedSeconds),
          outageSeconds: whole(row.outageSeconds),
        })
      } catch (error) {
        this.#savedAt = 0
        this.#giveBack(key, row)
        throw error
      }
    }
  }

  #giveBack(key: string, row: DaySeconds): void {
    const since = this.#unsaved.get(key)
    if (!since) return void this.#unsaved.set(key, row)
    since.watchedSeconds += row.watchedSeconds
    since.degradedSeconds += row.degradedSeconds
    since.outageSeconds += row.outageSeconds
  }

  #count(product: string, status: string, seconds: number, now: number): void {
    const day = new Date(now).toISOString().slice(0, 10)
    for (const map of [this.#days, this.#unsaved]) {
      const key = `${product} ${day}`
      const row = map.get(key) ?? { product, day, watchedSeconds: 0, degradedSeconds: 0, outageSeconds: 0 }
      row.watchedSeconds += seconds
      if (status === 'degraded_performance') row.degradedSeconds += seconds
      if (status === 'partial_outage' || status === 'major_outage') row.outageSeconds += seconds
      map.set(key, row)
    }
  }
}
