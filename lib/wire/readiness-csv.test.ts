import { expect, it } from 'vitest'
import { readinessCsv } from './readiness-csv'

it('writes a line a cluster, quotes what needs it, and defuses formulas in names', () => {
  const band = { p10: 30.4, p50: 59.6, p90: 90 }
  const csv = readinessCsv({
    at: '2024-12-11T15:00:00.000Z',
    minSurvivalSeconds: null,
    clusters: [
      {
        id: 'c1',
        name: '=HYPERLINK("http://evil")',
        region: 'eu, west',
        products: ['chat', 'api'],
        nodes: null,
        basis: 'estimated',
        felt: band,
        dry: band,
        traffic: { lookupsPerSecond: 24.4, names: 9 },
        flags: [{ code: 'no-node-cache', severity: 'warn', text: 'x' }],
        lanes: { total: 2, unproven: [{ id: 'exempt', title: 'x', why: 'not proven yet' }] },
      },
    ],
  })
  const [head, row, end] = csv.split('\n')
  expect(head).toBe(
    'cluster,id,region,products,nodes,basis,felt_seconds_p10,felt_seconds_p50,felt_seconds_p90,dry_seconds_p10,dry_seconds_p50,dry_seconds_p90,lookups_basis,lookups_per_second,names_per_node,lanes,lanes_unproven,flags',
  )
  expect(row).toBe(
    `"'=HYPERLINK(""http://evil"")",c1,"eu, west",chat api,,estimated,30,60,90,30,60,90,measured,24.4,9,2,exempt,no-node-cache`,
  )
  expect(end).toBe('')
})
