import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import parsePeer from 'parse-prometheus-text-format'
import { createApiServerScan } from '../../lib/metrics/scan-api-server'

const CHUNK = 64 << 10

interface Contender {
  name: string
  work: () => void
  /** Fewer rounds for the slow ones, so that none takes long. */
  rounds: number
}

/**
 * CPU time to read one API server's `/metrics`, as CPU seconds per GB of text and as a ratio to gunzip alone, the
 * floor of anything that reads compressed text. Each figure is the best of five, taken in turn in the same process.
 */
export async function* run(): AsyncGenerator<Record<string, number | string>> {
  const packed = readFileSync(
    new URL('../../lib/metrics/fixtures/metrics-v1.20.2-overloaded.txt.gz', import.meta.url),
  )
  const text = gunzipSync(packed)
  const unpack = () => gunzipSync(packed, { chunkSize: 256 << 10 })
  const contenders: Contender[] = [
    { name: 'gunzip alone', work: unpack, rounds: 40 },
    { name: 'newlines alone', work: () => countLines(text), rounds: 40 },
    { name: 'scan', work: () => scan(text), rounds: 40 },
    { name: 'gunzip and scan', work: () => scan(unpack()), rounds: 40 },
    { name: 'parse-prometheus-text-format', work: () => void parsePeer(text.toString()), rounds: 2 },
  ]
  const best = new Map<string, number>()
  for (let pass = 0; pass < 6; pass++) {
    for (const { name, work, rounds } of contenders) {
      const seconds = cpuSeconds(work, rounds) / rounds / (text.length / 1e9)
      // The first pass warms the code up.
      if (pass > 0) best.set(name, Math.min(seconds, best.get(name) ?? Number.POSITIVE_INFINITY))
    }
  }
  const floor = best.get('gunzip alone') ?? Number.NaN
  for (const [name, seconds] of best) {
    yield {
      figure: name,
      cpuSecondsPerGb: Number(seconds.toFixed(2)),
      ratioToGunzip: Number((seconds / floor).toFixed(2)),
    }
  }
}

function scan(text: Buffer): void {
  const reader = createApiServerScan()
  for (let at = 0; at < text.length; at += CHUNK) reader.push(text.subarray(at, at + CHUNK))
  const { keptSeries } = reader.finish({ complete: true })
  if (keptSeries === 0) throw new Error('the scan kept nothing')
}

function countLines(text: Buffer): number {
  let lines = 0
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines++
  return lines
}

function cpuSeconds(work: () => void, rounds: number): number {
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i++) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
