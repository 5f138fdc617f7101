import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type ParsedSample, parseExposition } from './parse-exposition'
import { createApiServerScan } from './scan-api-server'

interface Case {
  file: string
  samples?: number | null
  expected?: { ok?: boolean; tolerantReaderMay?: boolean }
}

interface ApiServerFacts {
  nominalLimitSeats: Record<string, number>
  dispatchedByFlowSchema: Record<string, number>
  durationBucketsNotWatchConnect: Record<string, number>
  process_cpu_seconds_total: number
  process_resident_memory_bytes: number
  process_start_time_seconds: number
  go_goroutines: number
  gitVersion: string
  longrunning: number
  inflight: { mutating: number; readOnly: number }
  apiserver_storage_objects: Record<string, number>
}

interface TableRow {
  text: string
  test: string
  samples: { name: string; labels: Record<string, string>; value: number | string }[]
}

const folder = process.env.HOLDFAST_CASES
const title = 'exposition texts of the real world'

// The texts are not part of this repository.
if (folder) describe(title, () => judgeTexts(join(folder, 'metrics')))
else
  describe.skip(`${title}: skipped, HOLDFAST_CASES is not set`, () =>
    it('needs the folder of cases', () => {}))

function judgeTexts(dir: string): void {
  const read = (file: string): Buffer => {
    const bytes = readFileSync(join(dir, file))
    return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
  }
  const cases = JSON.parse(readFileSync(join(dir, 'expected.json'), 'utf8')).cases as Case[]
  const tables = JSON.parse(readFileSync(join(dir, 'tables.json'), 'utf8'))

  it.each(cases.map(c => [c.file, c] as const))(
    '%s: as many samples as the reference, and refusals where it must',
    (file, c) => {
      const { samples, damage } = parseExposition(read(file).toString())
      if (c.expected?.ok === false && !c.expected.tolerantReaderMay) expect(damage).toBeTruthy()
      if (c.expected?.ok !== false) {
        expect(damage).toBeUndefined()
        if (typeof c.samples === 'number') expect(samples).toHaveLength(c.samples)
      }
    },
  )

  it.each(cases.filter(c => c.file.startsWith('apiserver')).map(c => [c.file, c] as const))(
    '%s: the sample of an API server',
    (file, c) => {
      const bytes = read(file)
      const scan = createApiServerScan()
      for (let at = 0; at < bytes.length; at += 9973) scan.push(bytes.subarray(at, at + 9973))
      const sample = scan.finish({ complete: true })
      const expected = c.expected as unknown as ApiServerFacts
      const levels = Object.fromEntries(sample.priorityLevels.map(l => [l.name, l.limitSeats]))
      expect(levels).toEqual(expected.nominalLimitSeats)
      const dispatched = sample.flowSchemas.filter(s => s.dispatchedTotal !== undefined)
      expect(Object.fromEntries(dispatched.map(s => [s.name, s.dispatchedTotal]))).toEqual(
        expected.dispatchedByFlowSchema,
      )
      const { le = [], cumulative = [] } = sample.requestDuration ?? {}
      const buckets = Object.fromEntries(
        le.map((bound, i) => [bound === Infinity ? '+Inf' : String(bound), cumulative[i]]),
      )
      expect(buckets).toEqual(expected.durationBucketsNotWatchConnect)
      expect(sample).toMatchObject({
        cpuSecondsTotal: expected.process_cpu_seconds_total,
        residentBytes: expected.process_resident_memory_bytes,
        processStartAt: Math.round(expected.process_start_time_seconds * 1000),
        goroutines: expected.go_goroutines,
        version: expected.gitVersion,
        longRunningRequests: expected.longrunning,
        inflightMutating: expected.inflight.mutating,
        inflightReadOnly: expected.inflight.readOnly,
        objectsByResource: expected.apiserver_storage_objects,
      })
    },
  )

  it.each(
    [...(tables.openmetricsValid ?? []), ...(tables.classicValid ?? [])].map(
      (row: TableRow) => [row.test, row] as const,
    ),
  )('%s: the samples of the reference', (_, row) => {
    const got = parseExposition(row.text).samples
    const want = row.samples.map(s => ({ ...s, value: numberOf(s.value) }))
    // The reference drops repeated timestamps and renames counters of the older format.
    for (const sample of want) expect(got.some(g => sameSample(g, sample))).toBe(true)
    for (const sample of got)
      expect(want.some(w => w.labels && sameLabels(w.labels, sample.labels))).toBe(true)
  })

  it('never throws on an illegal text', () => {
    for (const { text } of tables.openmetricsInvalid)
      expect(parseExposition(text).badLines).toBeGreaterThanOrEqual(0)
  })
}

function numberOf(value: number | string): number {
  return Number(String(value).replace('Inf', 'Infinity'))
}

function sameLabels(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => a[key] === b[key])
}

function sameSample(
  got: ParsedSample,
  want: { name: string; labels: Record<string, string>; value: number },
): boolean {
  const name = got.name === want.name || `${got.name}_total` === want.name
  return name && Object.is(got.value, want.value) && sameLabels(got.labels, want.labels)
}
