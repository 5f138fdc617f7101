import { expect, it } from 'vitest'
import { freshnessOf, STALE_AFTER_MS } from './freshness'
import { LiveStore } from './live-store'

function steppedStore() {
  const timers: { run: () => void; ms: number; off: boolean }[] = []
  const time = {
    at: Date.parse('2026-01-01T00:00:00Z'),
    now: () => time.at,
    random: () => 0,
    after(ms: number, run: () => void) {
      const timer = { run, ms, off: false }
      timers.push(timer)
      return () => {
        timer.off = true
      }
    },
  }
  const active = () => timers.filter(t => !t.off)
  const tick = () => {
    const timer = active()[0]
    if (!timer) throw new Error('no timer')
    timer.off = true
    time.at += timer.ms
    timer.run()
  }
  return { store: new LiveStore(time), time, active, tick }
}

it('has one timer for all views, and none when nobody looks', () => {
  const { store, active } = steppedStore()
  const off = [store.subscribe(() => {}), store.subscribe(() => {})]
  expect(active()).toHaveLength(1)
  for (const end of off) end()
  expect(active()).toHaveLength(0)
})

it('rounds the time that views see, so that they draw only when their figure changes', () => {
  const { store, time, tick } = steppedStore()
  store.subscribe(() => {})
  store.anchor({
    wallAt: new Date(time.at).toISOString(),
    at: '2024-12-11T23:00:00.400Z',
    speed: 1,
    paused: false,
  })
  expect(store.now(1_000)).toBe(Date.parse('2024-12-11T23:00:00Z'))
  tick()
  expect(store.now(1_000)).toBe(Date.parse('2024-12-11T23:00:01Z'))
})

it('is stale after the grace, and live again with the next sign of life', () => {
  const { store, time } = steppedStore()
  expect(freshnessOf(store.state(), time.at).kind).toBe('connecting')
  store.alive(time.at)
  store.lost()
  expect(freshnessOf(store.state(), time.at + 2_000)).toEqual({ kind: 'live', ageMs: 2_000 })
  expect(freshnessOf(store.state(), time.at + STALE_AFTER_MS).kind).toBe('stale')
  store.alive(time.at + STALE_AFTER_MS)
  expect(freshnessOf(store.state(), time.at + STALE_AFTER_MS).kind).toBe('live')
})
