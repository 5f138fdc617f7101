import { describe, expect, it } from 'vitest'
import type { ClusterOutlookDto, ForecastDto, MeasuredPointDto } from '@/lib/wire/fuses'
import { describeForecast, describeLivePath, describeLoad, describePrograms } from './describe-outlook'
import { measuredCsv } from './expiry-csv'

const at = (time: string) => `2024-12-11T${time}.000Z`
const dry = { p10: at('15:37:00'), p50: at('15:40:00'), p90: at('15:44:00') }

const names = (time: string, share: number, predicted: [number, number]): MeasuredPointDto => ({
  of: 'names',
  at: at(time),
  asked: 24,
  answered: 24 * share,
  share,
  low: share - 0.05,
  high: share + 0.05,
  predicted: { p10: predicted[0], p50: (predicted[0] + predicted[1]) / 2, p90: predicted[1] },
})

const forecast = (more: Partial<ForecastDto>): ForecastDto => ({
  t0At: at('15:20:00'),
  endedAt: null,
  verdict: 'holds',
  offBySeconds: 0,
  dryPredicted: dry,
  dryNow: dry,
  predicted: [],
  updated: [],
  measured: [names('15:26:00', 0.71, [0.64, 0.78])],
  ...more,
})

const plain = (text: string | null) => text?.replaceAll(/[\u00a0\u2060\u200a]/g, ' ').replaceAll('× ', '×')

describe('prediction against what happened', () => {
  it('says that the band holds', () => {
    expect(plain(describeForecast(forecast({}), 'utc'))).toBe(
      'Measured 71 % (66 % to 76 %) of 24 copies resolvable at 15:26:00, predicted 64 % to 78 %: the band holds.',
    )
  })

  it('says by how much it was wrong and what it says now', () => {
    const wrong = forecast({
      verdict: 'too-hopeful',
      offBySeconds: 185,
      dryNow: { ...dry, p50: at('15:37:10') },
      measured: [names('15:26:00', 0.5, [0.64, 0.78])],
    })
    expect(plain(describeForecast(wrong, 'utc'))).toMatch(
      /the band of T0 was too hopeful by 3 min; corrected, dry at 15:37:10 instead of 15:40:00\.$/,
    )
    const early = { ...wrong, verdict: 'too-careful' as const, dryNow: dry }
    expect(plain(describeForecast(early, 'utc'))).toMatch(
      /too careful by 3 min; dry at 15:40:00 as before\.$/,
    )
  })

  it('judges by the last look at which something was left', () => {
    const measured = [names('15:38:00', 0.2, [0.1, 0.3]), names('15:50:00', 0, [0, 0])]
    expect(describeForecast(forecast({ measured }), 'utc')).toContain('at 15:38:00')
  })

  it('does not judge without names, and tells what CoreDNS answered', () => {
    const live: MeasuredPointDto = {
      ...names('15:21:00', 0.1, [0, 0.4]),
      of: 'live-path',
      asked: 10,
      answered: 1,
    }
    const silent = forecast({ verdict: 'unmeasured', measured: [live, { ...live, at: at('15:22:00') }] })
    expect(describeForecast(silent, 'utc')).toContain('cannot be judged')
    expect(describeLivePath(silent)).toContain('answered 2 of 20 questions')
    expect(describeLivePath(forecast({}))).toBeNull()
  })

  it('is a file too, with what was predicted for each measurement', () => {
    const [head, row] = measuredCsv(forecast({})).split('\n')
    expect(head).toBe(
      'at,of,asked,answered,share,share_low,share_high,predicted_p10,predicted_p50,predicted_p90',
    )
    expect(row).toMatch(/^2024-12-11T15:26:00\.000Z,names,24,17\.04,0\.71,/)
  })
})

describe('what else is ahead', () => {
  const program = (kind: ClusterOutlookDto['programs'][number]['kind'], drySeconds: number) => ({
    kind,
    firstFailureAt: null,
    dryAt: null,
    firstFailureSeconds: 30,
    drySeconds,
  })
  const outlook: ClusterOutlookDto = {
    clusterId: 'c',
    clusterName: 'c',
    forecast: null,
    load: {
      onceDry: { p10: 12, p50: 31.4, p90: 1234 },
      onReturn: { p10: 5, p50: 8.2, p90: 20 },
      echoSeconds: 30,
      firstWave: 172_700,
      basis: 'assumed',
      lookupsPerSecond: 20,
      names: 100,
    },
    programs: [program('patient', 600), program('hasty', 600), program('musl', 40)],
  }

  it('tells the load in round factors, and leaves out what is not known', () => {
    expect(plain(describeLoad(outlook))).toBe(
      'Once dry, queries to CoreDNS grow ×31 (×12 to ×1,200); on its return CoreDNS meets ×8.2 for a moment, 172,700 queries in the first wave, and again, weaker, every 30 s. Assumed: 20 lookups a second of 100 names on each node.',
    )
    expect(describeLoad({ ...outlook, load: { ...outlook.load, firstWave: null } })).not.toContain('wave')
    const bare = { ...outlook, load: { ...outlook.load, echoSeconds: 0 } }
    expect(describeLoad(bare)).toMatch(/^No node cache keeps lookups from CoreDNS/)
    expect(describeLoad(bare)).not.toMatch(/wave|again/)
    const measured = { ...outlook.load, basis: 'measured' as const, lookupsPerSecond: 24.4 }
    expect(describeLoad({ load: measured })).toMatch(/Measured before: 24 lookups a second of 100 names/)
  })

  it('names programs that fare worse than others, after T0 while nothing burns', () => {
    const lines = describePrograms(outlook, 'utc').map(plain)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toBe(
      'Programs on musl (Alpine) that search or ask for AAAA would begin to fail 30 s after T0 and resolve nothing after 40 s.',
    )
  })
})
