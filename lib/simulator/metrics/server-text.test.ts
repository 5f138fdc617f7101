import { describe, expect, it, vi } from 'vitest'
import { clusterBySize, smallFleet } from '../api/testing'
import { fullText } from './full-text'
import { RejectionLedger } from './rejection-ledger'
import { serverText } from './server-text'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

function series(text: string): Map<string, number> {
  const lines = text.split('\n').filter(line => line && !line.startsWith('#'))
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

describe('the text of /metrics', () => {
  it('names every series once, with a type before it', () => {
    const cluster = clusterBySize(smallFleet(), 'smallest')
    const text = (serverText(cluster, 0) ?? '') + fullText(cluster, 0)
    const lines = text.split('\n').filter(Boolean)
    const names = lines
      .filter(line => !line.startsWith('#'))
      .map(line => line.slice(0, line.lastIndexOf(' ')))
    expect(new Set(names).size).toBe(names.length)
    const types = lines.filter(line => line.startsWith('# TYPE')).map(line => line.split(' ')[2])
    expect(new Set(types).size).toBe(types.length)
    for (const line of lines)
      expect(line).toMatch(/^# (HELP|TYPE) \w+ .+$|^\w+(\{[^{}]*\})? -?[\d.]+(e[+-]\d+)?$/)
    expect(text.length).toBeGreaterThan(1_000_000)
  })

  it('only lets counters grow, and leaves out what never happened', () => {
    const fleet = smallFleet()
    const cluster = clusterBySize(fleet, 'smallest')
    let before = series(serverText(cluster, 1) ?? '')
    expect([...before.keys()].some(key => key.includes('rejected_requests_total'))).toBe(false)
    expect([...before.keys()].some(key => key.includes('code="429"'))).toBe(false)
    for (let i = 0; i < 5; i++) {
      fleet.advance(fleet.second + 200)
      const now = series(serverText(cluster, 1) ?? '')
      for (const [key, value] of before) {
        if (/_(total|count|sum|bucket)(\{|$)/.test(key))
          expect(now.get(key), key).toBeGreaterThanOrEqual(value)
      }
      before = now
    }
    expect(
      before.get(
        'apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="pods",scope="cluster",subresource="",verb="LIST",version="v1"}',
      ),
    ).toBeGreaterThan(0)
  })

  it('tells replicas apart by their start', () => {
    const cluster = clusterBySize(smallFleet(), 'smallest')
    const starts = cluster.model.servers.map((_, i) =>
      series(serverText(cluster, i) ?? '').get('process_start_time_seconds'),
    )
    expect(new Set(starts).size).toBe(cluster.model.servers.length)
  })
})

describe('the ledger of rejections', () => {
  const owner = (flowSchema: string) => ({ flowSchema, priorityLevel: flowSchema })

  it('files what is new under the schema in force and keeps the rest', () => {
    const ledger = new RejectionLedger()
    ledger.settle(0, -5, 10, owner('a'))
    const now = ledger.settle(0, -5, 25, owner('b'))
    expect(now).toEqual([
      { owner: owner('a'), total: 10 },
      { owner: owner('b'), total: 15 },
    ])
  })

  it('starts again with the server', () => {
    const ledger = new RejectionLedger()
    ledger.settle(0, -5, 10, owner('a'))
    expect(ledger.settle(0, 7, 2, owner('a'))).toEqual([{ owner: owner('a'), total: 2 }])
  })
})
