import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScanner } from './scanner'
import type { ScanLimits, ScanSummary } from './text-scanner'

interface Seen {
  family: string
  value: number
  labels: string[]
  timestamp: number | undefined
}

const FAMILIES = { up: [], http_total: ['code', 'verb'], lat_bucket: ['le'] } as const

function scan(
  chunks: Iterable<Uint8Array | string>,
  options: { complete?: boolean; limits?: Partial<ScanLimits> } = {},
): { seen: Seen[]; summary: ScanSummary } {
  const seen: Seen[] = []
  const scanner = createScanner({
    families: FAMILIES,
    limits: options.limits,
    onSample: (family, value, labels, timestamp) =>
      seen.push({ family, value, labels: [...labels], timestamp }),
  })
  for (const chunk of chunks) scanner.push(Buffer.from(chunk))
  return { seen, summary: scanner.finish({ complete: options.complete }) }
}

const values = (text: string) => scan([text]).seen.map(s => s.value)

describe('createScanner', () => {
  it('hands over wanted families with the labels asked for and skips all others', () => {
    const { seen, summary } = scan([
      '# HELP up is it\n# TYPE up gauge\nup 1\nupper 2\nu 3\nup_total{a="b"} 4\n',
      'http_total{code="200",host="x",verb="GET"} 7\nhttp_total{verb="PUT"} 8\n',
    ])
    expect(seen).toEqual([
      { family: 'up', value: 1, labels: [], timestamp: undefined },
      { family: 'http_total', value: 7, labels: ['200', 'GET'], timestamp: undefined },
      { family: 'http_total', value: 8, labels: ['', 'PUT'], timestamp: undefined },
    ])
    expect(summary).toMatchObject({ keptSeries: 3, seenSeries: 6, badLines: 0, damage: undefined })
  })

  it('tells a wanted family from one whose name begins or ends alike, also right after it', () => {
    expect(values('up 1\nupp 2\nup 3\nxup 4\nup{a="b"} 5\nu 6\n')).toEqual([1, 3, 5])
  })

  it('reads buckets whose labels are the same up to the last, and sees when they stop being so', () => {
    const { seen } = scan([
      'lat_bucket{verb="GET",le="0.5"} 1\nlat_bucket{verb="GET",le="1"} 2\nlat_bucket{verb="PUT",le="1"} 3\n',
      'lat_bucket{verb="GET",le="1",x="y"} 4\nlat_bucket{le="+Inf"} 5\nlat_bucket 6\nlat_bucket{le="2"} 7\n',
    ])
    expect(seen.map(s => [...s.labels, s.value])).toEqual([
      ['0.5', 1],
      ['1', 2],
      ['1', 3],
      ['1', 4],
      ['+Inf', 5],
      ['', 6],
      ['2', 7],
    ])
  })

  it('accepts CRLF, tabs, blanks, blank lines, empty braces, trailing commas and quoted names', () => {
    const text =
      'up 1\r\n\r\n  \t\n\tup\t{ }\t2\r\nup{,} 3  \nup   4\nup{}5\n{"up"} 6\n{"up",x="y"} 7\n{"other"} 8\n'
    expect(values(text)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(scan([text]).summary.damage).toBeUndefined()
  })

  it('reads the special values and every way to write a number', () => {
    expect(values('up NaN\nup +Inf\nup -Inf\nup 1e3\nup -2.5e-3\nup 08\nup .5\nup 5.\nup +1\n')).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1000,
      -0.0025,
      8,
      0.5,
      5,
      1,
    ])
  })

  it('reads timestamps, drops exemplars, and passes over native histograms', () => {
    const { seen, summary } = scan([
      'up 1 1700000000123\nup 2 # {trace="a # b"} 0.5 12\nup{x="}"} 3 4 # {} 1\nup {count:24,sum:100}\n',
    ])
    expect(seen.map(s => [s.value, s.timestamp])).toEqual([
      [1, 1700000000123],
      [2, undefined],
      [3, 4],
    ])
    expect(summary.damage).toBeUndefined()
  })

  it('decodes escapes and UTF-8 in labels', () => {
    const { seen } = scan(['http_total{code="a\\"b\\\\c\\nd",verb="grüße 🚀"} 1\n'])
    expect(seen[0]?.labels).toEqual(['a"b\\c\nd', 'grüße 🚀'])
  })

  it.each([
    ['up', 'the value is not a number'],
    ['up x', 'the value is not a number'],
    ['up 0x10', 'the value is not a number'],
    ['up 1_000', 'the value is not a number'],
    ['up 1 2 3', 'text after the timestamp'],
    ['up 1 soon', 'the timestamp is not a number'],
    ['up{a=b} 1', 'not quoted'],
    ['up{a="b} 1', 'not closed'],
    ['up{@="b"} 1', 'label name'],
    ['up{a} 1', 'without a value'],
    ['up{__name__="b"} 1', '__name__'],
    ['http_total{code="1",code="2"} 1', 'twice'],
    ['up 1 # 0.5', 'exemplar'],
    ['<html>', 'no metric name'],
    ['{a="b"} 1', 'no metric name'],
  ])('counts %j as damage and keeps what stands around it', (line, problem) => {
    const { seen, summary } = scan([`up 1\n${line}\nup 2\n`])
    expect(seen.map(s => s.value)).toEqual([1, 2])
    expect(summary.badLines).toBe(1)
    expect(summary.damage).toContain('1 line could not be read, first line 2')
    expect(summary.damage).toContain(problem)
  })

  it('does not trust an unfinished last line, unless the sender finished', () => {
    expect(scan(['up 1\nup 12']).seen.map(s => s.value)).toEqual([1])
    expect(scan(['up 1\nup 12']).summary.damage).toBe('cut in the middle of a line')
    expect(scan(['up 1\nup 12'], { complete: true })).toMatchObject({
      seen: [{ value: 1 }, { value: 12 }],
      summary: { damage: undefined },
    })
  })

  it('stops at the end mark and tells of text after it', () => {
    const { seen, summary } = scan(['up 1\n# EOF\nup 2\n'])
    expect(seen).toHaveLength(1)
    expect(summary.damage).toContain('after the end mark')
  })

  it('leaves out what goes beyond its bounds and says so', () => {
    const long = `up{a="${'x'.repeat(300)}"} 2`
    expect(scan([`up 1\n${long}\nup 3\n`], { limits: { maxLineBytes: 200 } })).toMatchObject({
      seen: [{ value: 1 }, { value: 3 }],
      summary: { badLines: 1, damage: '1 line could not be read, first line 2: longer than 200 bytes' },
    })
    const longLabel = `http_total{code="${'x'.repeat(300)}"} 2\n`
    expect(scan([longLabel, 'up 3\n'], { limits: { maxLabelBytes: 100 } })).toMatchObject({
      seen: [{ value: 3 }],
      summary: { badLines: 1 },
    })
    expect(scan(['up 1\nup 2\nup 3\n'], { limits: { maxSeries: 2 } })).toMatchObject({
      seen: [{ value: 1 }, { value: 2 }],
      summary: { keptSeries: 2, damage: expect.stringContaining('more than 2 wanted series') },
    })
    const full = scan(['up 1\nup 2', '3\nup 4\n'], { limits: { maxBytes: 9 }, complete: true })
    expect(full.seen.map(s => s.value)).toEqual([1])
    expect(full.summary.damage).toContain('longer than 9 bytes')
  })

  const piece = fc.constantFrom(
    'up',
    'http_total',
    'lat_bucket',
    'other',
    '{',
    '}',
    '"',
    '\\',
    'code="200"',
    'verb="GET"',
    'le="0.5"',
    ',',
    ' ',
    ' 1',
    ' 2.5',
    '\n',
    '\n',
    '\r\n',
    '\t',
    '# EOF',
    '#',
    'é',
    '\u0000',
    ' 17',
    'a="bcdefgh"',
    ' NaN',
  ) // prettier-ignore
  const text = fc.array(piece, { maxLength: 60 }).map(parts => parts.join(''))

  it('gives the same for every way to cut the text into chunks, and never throws', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(40), { maxLength: 30 }), fc.boolean(), (whole, cuts, complete) => {
        const bytes = Buffer.from(whole)
        const chunks: Uint8Array[] = []
        let at = 0
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut))
          at += cut
        }
        chunks.push(bytes.subarray(at))
        const options = { complete, limits: { maxLineBytes: 48 } }
        expect(scan(chunks, options)).toEqual(scan([bytes], options))
      }),
      { numRuns: 500 },
    )
  })

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), chunks => {
        const { summary } = scan(chunks)
        expect(summary.scannedBytes).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
      }),
    )
  })

  it('reads every double as JavaScript does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), value => {
        const text = String(value).replace('Infinity', 'Inf')
        expect(values(`up ${text}\n`)).toEqual([Number(String(value))])
      }),
    )
  })
})
