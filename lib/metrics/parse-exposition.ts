import { LineReader } from './line-reader'
import { StringCache } from './string-cache'
import { NOT_TAKEN, SCAN_LIMITS, type ScanSummary, TextScanner } from './text-scanner'

export interface ParsedSample {
  name: string
  labels: Record<string, string>
  value: number
  /** As written: milliseconds in the Prometheus format, seconds in OpenMetrics. */
  timestamp?: number
}

/**
 * Reads every sample of a complete, small text, e.g. one's own `/metrics` in a test. It checks the syntax of lines,
 * not the rules between lines (order of buckets, repeated series, metadata). For anything large use `createScanner`.
 */
export function parseExposition(text: string): ScanSummary & { samples: ParsedSample[] } {
  const samples: ParsedSample[] = []
  const line = new LineReader(new StringCache(), SCAN_LIMITS.maxLabelBytes)
  const scanner = new TextScanner(SCAN_LIMITS, undefined, (buf, start, _nameEnd, end) => {
    if (!line.read(buf, start, end, undefined)) return line.problem
    if (line.isHistogram) return NOT_TAKEN
    // Labels are hostile strings: `__proto__` must become an own property.
    const labels = Object.fromEntries(line.names.map((name, i) => [name, line.values[i] as string]))
    samples.push({ name: line.metric, labels, value: line.value, timestamp: line.timestamp })
    return ''
  })
  scanner.push(Buffer.from(text))
  return { samples, ...scanner.finish(true, () => line.oddEscape) }
}
