import { beforeEach, describe, expect, it } from 'vitest'
import type { BrowserTime } from './browser-time'
import { type EventSourceLike, SILENCE_MS, StreamConnection } from './stream-connection'
import { testRoom } from './testing/test-room'

/** A stepped clock: `run` fires what is due, in order. */
class SteppedTime implements BrowserTime {
  at = 0
  #timers: { due: number; run: () => void }[] = []
  now = () => this.at
  random = () => 0.5
  after(ms: number, run: () => void) {
    const timer = { due: this.at + ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter(t => t !== timer)
    }
  }
  run(ms: number) {
    const end = this.at + ms
    for (;;) {
      const next = this.#timers.filter(t => t.due <= end).sort((a, b) => a.due - b.due)[0]
      if (!next) break
      this.at = next.due
      this.#timers = this.#timers.filter(t => t !== next)
      next.run()
    }
    this.at = end
  }
  get pending() {
    return this.#timers.length
  }
}

class FakeSource implements EventSourceLike {
  closed = false
  #listeners = new Map<string, (event: { data?: unknown }) => void>()
  addEventListener(type: string, listener: (event: { data?: unknown }) => void) {
    this.#listeners.set(type, listener)
  }
  close() {
    this.closed = true
  }
  emit(type: string, data?: unknown) {
    this.#listeners.get(type)?.({ data: data === undefined ? undefined : JSON.stringify(data) })
  }
}

let time: SteppedTime
let sources: FakeSource[]
let seen: string[]
let connection: StreamConnection

const current = () => sources.at(-1) ?? new FakeSource()

beforeEach(() => {
  time = new SteppedTime()
  sources = []
  seen = []
  connection = new StreamConnection(
    () => {
      const source = new FakeSource()
      sources.push(source)
      return source
    },
    time,
    {
      onSnapshot: room => seen.push(`snapshot ${room.seq}`),
      onDelta: d => seen.push(`delta ${d.seq}`),
      onAlive: () => {},
      onLost: () => seen.push('lost'),
    },
  )
  connection.start()
})

describe('StreamConnection', () => {
  it('hands on snapshots and deltas', () => {
    current().emit('snapshot', testRoom())
    current().emit('delta', { seq: 11, epoch: 'a', at: '2024-12-11T23:00:00Z' })
    expect(seen).toEqual(['snapshot 10', 'delta 11'])
  })

  it('opens again after an error, waiting longer each time that nothing answered', () => {
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      const before = sources.length
      current().emit('error')
      const from = time.at
      while (sources.length === before) time.run(50)
      waits.push(time.at - from)
    }
    expect(waits[0]).toBeLessThan(waits[3] ?? 0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(8_000)
  })

  it('takes silence for a lost connection', () => {
    current().emit('ping')
    time.run(SILENCE_MS + 2_000)
    expect(sources.length).toBeGreaterThan(1)
    expect(sources[0]?.closed).toBe(true)
    expect(seen).toContain('lost')
  })

  it('stays on one stream while heartbeats come', () => {
    for (let i = 0; i < 60; i += 1) {
      time.run(5_000)
      current().emit('ping')
    }
    expect(sources).toHaveLength(1)
  })

  it('starts over at once when the machine wakes', () => {
    current().emit('ping')
    time.at += 3_600_000
    connection.wake()
    expect(sources).toHaveLength(2)
  })

  it('drops a stream whose events it cannot read, and never listens to a dropped one', () => {
    const first = current()
    first.emit('delta', { nonsense: true })
    expect(first.closed).toBe(true)
    first.emit('snapshot', testRoom())
    expect(seen).toEqual(['lost'])
  })

  it('leaves nothing behind when stopped', () => {
    current().emit('error')
    connection.stop()
    time.run(60_000)
    expect(sources).toHaveLength(1)
    expect(time.pending).toBe(0)
  })
})
