import { randomUUID } from 'node:crypto'
import { Bus, type Subscription } from '../live/bus'
import type { DeltaDto, WarRoomDto } from '../wire/stream'
import type { StreamEvent } from './engine'

type Parts = Omit<WarRoomDto, 'seq' | 'epoch'>
const KEPT = 120

/** Fields that change with every second by themselves; the browser derives them from the times beside them. */
const VOLATILE = new Set(['secondsLeft', 'evidenceAt'])
const stable = (value: unknown) =>
  JSON.stringify(value, (key, inner) => (VOLATILE.has(key) ? undefined : inner))

/**
 * Turns the war room's present into a stream: compares it with what was sent last and publishes what differs.
 * Keeps the last events so that a reader who lost the line for a moment resumes without a snapshot.
 */
export class Publisher {
  readonly epoch = randomUUID().slice(0, 8)
  #seq = 0
  #sent = new Map<string, string>()
  #kept: StreamEvent[] = []
  #bus: Bus<StreamEvent>

  constructor(private readonly present: () => Parts) {
    this.#bus = new Bus<StreamEvent>(() => this.#snapshotEvent())
  }

  get readers(): number {
    return this.#bus.size
  }

  get dropped(): number {
    return this.#bus.dropped
  }

  snapshot(): WarRoomDto {
    return { ...this.present(), seq: this.#seq, epoch: this.epoch }
  }

  subscribe(lastEventId: string | undefined): Subscription<StreamEvent> | undefined {
    const [epoch, seq] = lastEventId?.split('-') ?? []
    const next = Number(seq) + 1
    const first = this.#kept[0]
    const canResume =
      epoch === this.epoch &&
      (next === this.#seq + 1 || (first !== undefined && next >= Number(first.id.split('-')[1])))
    return this.#bus.subscribe(
      canResume ? this.#kept.slice(this.#kept.length - (this.#seq + 1 - next)) : undefined,
    )
  }

  /** Publishes what changed; `heavy` also looks at the fuses and suspects, whose figures move all the time. */
  publish(heavy: boolean): void {
    const now = this.present()
    const delta: Partial<DeltaDto> = {}
    const clusters = now.fleet.clusters.filter(cluster => this.#differs(`cluster ${cluster.id}`, cluster))
    if (clusters.length > 0) delta.clusters = clusters
    const { wallAt: _wall, at: _at, ...pace } = now.clock
    if (this.#differs('clock', pace)) delta.clock = now.clock
    if (this.#differs('simulation', now.simulation)) delta.simulation = now.simulation
    if (this.#differs('actions', now.actions)) delta.actions = now.actions
    if (this.#differs('notices', now.notices)) delta.notices = now.notices
    if (this.#differs('frozen', now.frozen)) delta.frozen = now.frozen
    if (this.#differs('incident', now.incident)) delta.incident = now.incident
    if (heavy && this.#differs('fuses', { ...now.fuses, at: 0 })) delta.fuses = now.fuses
    if (heavy && this.#differs('suspects', { ...now.suspects, at: 0 })) delta.suspects = now.suspects
    const timeline = now.timeline.filter(entry => this.#differs(`timeline ${entry.id}`, entry.id))
    if (timeline.length > 0) delta.timeline = timeline
    if (Object.keys(delta).length === 0) return
    const seq = ++this.#seq
    const event: StreamEvent = {
      name: 'delta',
      id: `${this.epoch}-${seq}`,
      data: JSON.stringify({ ...delta, seq, epoch: this.epoch, at: now.fleet.at } satisfies DeltaDto),
    }
    this.#kept.push(event)
    if (this.#kept.length > KEPT) this.#kept.shift()
    this.#bus.publish(event)
    this.#forgetOldTimeline(now)
  }

  /** Everybody starts over with a snapshot: another world has begun. */
  startOver(): void {
    this.#kept = []
    this.#sent.clear()
    this.#seq++
    this.#bus.publish(this.#snapshotEvent())
  }

  close(): void {
    this.#bus.closeAll()
  }

  #snapshotEvent(): StreamEvent {
    return { name: 'snapshot', id: `${this.epoch}-${this.#seq}`, data: JSON.stringify(this.snapshot()) }
  }

  #differs(key: string, value: unknown): boolean {
    const text = stable(value) ?? 'undefined'
    if (this.#sent.get(key) === text) return false
    this.#sent.set(key, text)
    return true
  }

  #forgetOldTimeline(now: Parts): void {
    if (this.#sent.size < now.fleet.clusters.length + 2_000) return
    const alive = new Set(now.timeline.map(entry => `timeline ${entry.id}`))
    for (const key of this.#sent.keys())
      if (key.startsWith('timeline ') && !alive.has(key)) this.#sent.delete(key)
  }
}
